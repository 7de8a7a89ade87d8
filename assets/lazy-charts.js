// The chart library is large: it is fetched when the first chart or map comes near the screen.
const libraries = {};

export function loadChartsWhenSeen() {
  const frames = document.querySelectorAll("[data-chart], [data-map]");
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
  const { charts, maps, largeMaps } = document.documentElement.dataset;
  if ("mapLarge" in frame.dataset) {
    libraries.largeMaps ??= import(largeMaps);
    (await libraries.largeMaps).drawLargeMap(frame);
  } else if (frame.dataset.map) {
    libraries.maps ??= import(maps);
    (await libraries.maps).drawMap(frame);
  } else {
    libraries.charts ??= import(charts);
    (await libraries.charts).drawChart(frame);
  }
}
