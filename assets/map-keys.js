// From unit to unit by the arrow keys: the nearest one that lies that way.

const WAYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function wayOf(key) {
  return WAYS[key];
}

export function nearest(shapes, codes, from, [x, y]) {
  const known = new Set(codes);
  const centres = shapes.features
    .filter(({ properties }) => known.has(properties.code))
    .map((feature) => [feature.properties.code, centre(feature)]);
  const start = centres.find(([code]) => code === from)?.[1];
  // Nothing chosen yet: the one furthest to the north.
  if (!start) return centres.reduce((best, each) => (each[1][1] > best[1][1] ? each : best))[0];
  let [best, closest] = [from, Infinity];
  for (const [code, [cx, cy]] of centres) {
    const along = (cx - start[0]) * x + (cy - start[1]) * y;
    const aside = Math.abs((cx - start[0]) * y) + Math.abs((cy - start[1]) * x);
    if (code === from || along <= 0 || aside > along * 2) continue;
    const distance = along + aside * 2;
    if (distance < closest) [best, closest] = [code, distance];
  }
  return best;
}

// The middle of the largest ring: islands far out do not move it.
function centre({ geometry }) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const ring = polygons.map(([outer]) => outer).reduce((a, b) => (area(b) > area(a) ? b : a));
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}

function area(ring) {
  let sum = 0;
  for (let at = 1; at < ring.length; at += 1) {
    sum += ring[at - 1][0] * ring[at][1] - ring[at][0] * ring[at - 1][1];
  }
  return Math.abs(sum / 2);
}
