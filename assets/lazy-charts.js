// The chart library is large: it is fetched when the first chart comes near the screen.
let library = null;

export function loadChartsWhenSeen() {
  const frames = document.querySelectorAll("[data-chart]");
  if (!frames.length) return;
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        draw(entry.target);
      }
    },
    { rootMargin: "300px" },
  );
  frames.forEach((frame) => seen.observe(frame));
}

async function draw(frame) {
  library ??= import(document.documentElement.dataset.charts);
  const { drawChart } = await library;
  drawChart(frame);
}
