// How charts and maps look: the font and the colours of the page's theme.

export const FONT = '"Be Vietnam Pro", system-ui, sans-serif';

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    accent: of("--pv-accent"),
    ink: of("--pv-ink"),
    line: of("--pv-line"),
    none: of("--pv-track"),
    quiet: of("--pv-quiet"),
    surface: of("--pv-surface"),
  };
}

export function tooltip(paint) {
  return {
    confine: true,
    backgroundColor: paint.surface,
    borderColor: paint.line,
    textStyle: { color: paint.ink, fontFamily: FONT, fontSize: 13 },
  };
}
