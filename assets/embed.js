// Inside a frame on another site: draw the map, follow the figures, tell the frame's height, open links in a new tab.
import { loadChartsWhenSeen } from "./lazy-charts.js";
import { followChanges } from "./live.js";

function tellHeight() {
  const height = document.querySelector("main").getBoundingClientRect().height;
  // To whoever frames the page: a height is no secret.
  window.parent.postMessage({ phucvuHeight: Math.ceil(height) }, "*");
}

loadChartsWhenSeen();
followChanges();
if (window.parent !== window) new ResizeObserver(tellHeight).observe(document.querySelector("main"));
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[href]");
    if (link) Object.assign(link, { target: "_blank", rel: "noopener" });
  },
  { capture: true },
);
