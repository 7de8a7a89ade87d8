// `/` goes to the search; on its page the arrow keys go through what was found.
function isTyping(element) {
  return element.closest("input, select, textarea, [contenteditable], [role=application]");
}

function step(by) {
  const stops = [...document.querySelectorAll("[data-find], [data-results] a")];
  const at = stops.indexOf(document.activeElement);
  if (at < 0) return false;
  const next = stops[Math.min(stops.length - 1, Math.max(0, at + by))];
  next.focus();
  return true;
}

export function findByKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !isTyping(event.target)) {
      const inHead = document.querySelector("[data-find-box]");
      const box = document.querySelector("[data-find]") ?? (inHead?.offsetParent ? inHead : null);
      const link = document.querySelector("[data-find-link]");
      if (!box && !link) return;
      event.preventDefault();
      if (box) box.focus();
      else location.assign(link.href);
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && document.querySelector("[data-results]") && step(by)) event.preventDefault();
  });
}
