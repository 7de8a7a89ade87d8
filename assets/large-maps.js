// The map where there are thousands of units: all shapes of one colour are one path on a canvas.
// A finger moves the finished picture; it is drawn anew when the finger rests. Nothing is computed
// here but where things are drawn.

import { showCard } from "./map-card.js";
import { beginMap, foundBy, markRow, openUnit, readUnits, shapesAt } from "./map-data.js";
import { nearest, wayOf } from "./map-keys.js";
import { colours, FONT } from "./paint.js";

const UNIT = 1000; // of a path to a degree: paths keep few decimals
const AROUND = 0.5; // of the frame's size is drawn beyond each edge, for a finger to pull in
const MOST = 120; // times as large
const FINER_FROM = 5; // times as large: from here on the finer shapes are worth fetching
const ROOM = { wide: 30, high: 14 }; // px a shape must have for its number
const TAP = 8; // px a finger may slip
const maps = new Map();

export async function drawLargeMap(frame) {
  const map = await beginMap(frame, maps, {
    hovered: null, zoom: 1, centre: null, fingers: new Map(), moved: null, finer: "no",
  });
  if (!map) return;
  map.canvas = document.createElement("canvas");
  map.canvas.className = "map-canvas";
  frame.append(map.canvas);
  place(map);
  colour(map);
  paint(map);
  listen(map);
  frame.dataset.drawn = "1";
}

// --- shapes -------------------------------------------------------------------------------------

// Each feature's rings in path units, north up, with the box around them.
function place(map) {
  const features = map.shapes.features.map((feature) => ({ bbox: around(feature), ...feature }));
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { bbox: [west, south, east, north] } of features) {
    box[0] = Math.min(box[0], west);
    box[1] = Math.min(box[1], south);
    box[2] = Math.max(box[2], east);
    box[3] = Math.max(box[3], north);
  }
  map.narrow ??= map.data.schematic ? 1 : Math.cos((((box[1] + box[3]) / 2) * Math.PI) / 180);
  const x = (lon) => lon * map.narrow * UNIT;
  const y = (lat) => -lat * UNIT;
  map.places = features.map(({ properties, bbox, geometry }) => {
    const polygons =
      geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const rings = polygons.flat().map((ring) => ring.map(([lon, lat]) => [x(lon), y(lat)]));
    return {
      code: properties.code,
      rings,
      main: boxOf(rings.reduce((a, b) => (b.length > a.length ? b : a))),
      box: [x(bbox[0]), y(bbox[3]), x(bbox[2]), y(bbox[1])],
    };
  });
  map.box = [x(box[0]), y(box[3]), x(box[2]), y(box[1])];
  map.middle = nearestToAll(map.places);
  map.centre ??= [(map.box[0] + map.box[2]) / 2, (map.box[1] + map.box[3]) / 2];
}

// Squares come without a box.
function around({ bbox, geometry }) {
  return bbox ?? boxOf(geometry.coordinates.flat(geometry.type === "Polygon" ? 1 : 2));
}

// Of the largest part: islands far out do not move the number into the sea.
function boxOf(ring) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of ring) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

// The middle of the unit that lies nearest to the middle of all.
function nearestToAll(places) {
  const middles = places.map(({ main }) => [(main[0] + main[2]) / 2, (main[1] + main[3]) / 2]);
  const mean = [0, 1].map((at) => middles.reduce((sum, each) => sum + each[at], 0) / middles.length);
  const away = ([x, y]) => Math.hypot(x - mean[0], y - mean[1]);
  return middles.reduce((best, each) => (away(each) < away(best) ? each : best));
}

// One path for the units of each colour; those that lack figures apart, to be dashed.
function colour(map) {
  map.units = new Map(map.data.units.map((unit) => [unit.code, unit]));
  const groups = new Map();
  for (const place of map.places) {
    const unit = map.units.get(place.code);
    const faded = map.found && !map.found.has(place.code);
    const dashed = !unit?.fill || Boolean(unit.lacking);
    const key = `${unit?.fill ?? ""} ${dashed} ${Boolean(faded)}`;
    if (!groups.has(key)) {
      groups.set(key, { fill: unit?.fill ?? null, dashed, faded, path: new Path2D() });
    }
    trace(groups.get(key).path, place.rings);
  }
  map.groups = [...groups.values()];
}

function trace(path, rings) {
  for (const ring of rings) {
    path.moveTo(ring[0][0], ring[0][1]);
    for (let at = 1; at < ring.length - 1; at += 1) path.lineTo(ring[at][0], ring[at][1]);
    path.closePath();
  }
}

// --- painting -----------------------------------------------------------------------------------

// Where path units lie in the frame: x px = path x * scale + left.
function view({ frame, box, zoom, centre }) {
  const { clientWidth: wide, clientHeight: high } = frame;
  const fit = Math.min((wide - 12) / (box[2] - box[0]), (high - 12) / (box[3] - box[1]));
  const scale = fit * zoom;
  return { wide, high, scale, left: wide / 2 - centre[0] * scale, top: high / 2 - centre[1] * scale };
}

function paint(map) {
  const { canvas, frame } = map;
  const { wide, high, scale, left, top } = view(map);
  if (!wide || !high) return;
  const around = map.zoom > 1 ? AROUND : 0;
  const [edgeX, edgeY] = [wide * around, high * around];
  const dots = Math.min(2, window.devicePixelRatio || 1);
  canvas.width = Math.round((wide + 2 * edgeX) * dots);
  canvas.height = Math.round((high + 2 * edgeY) * dots);
  canvas.style.cssText = `width:${wide + 2 * edgeX}px;height:${high + 2 * edgeY}px;left:${-edgeX}px;top:${-edgeY}px`;
  frame.style.touchAction = map.zoom > 1 ? "none" : "pan-x pan-y pinch-zoom";
  const context = canvas.getContext("2d");
  const shades = colours();
  const seen = [
    (-edgeX - left) / scale, (-edgeY - top) / scale,
    (wide + edgeX - left) / scale, (high + edgeY - top) / scale,
  ];
  context.setTransform(scale * dots, 0, 0, scale * dots, (left + edgeX) * dots, (top + edgeY) * dots);
  context.lineJoin = "round";
  for (const { fill, dashed, faded, path } of map.groups) {
    context.globalAlpha = faded ? 0.2 : 1;
    context.fillStyle = fill ?? shades.none;
    context.fill(path, "evenodd");
    context.lineWidth = (map.zoom > 3 ? 0.8 : 0.35) / scale;
    context.strokeStyle = dashed ? shades.quiet : shades.surface;
    context.setLineDash(dashed && map.zoom > 3 ? [3 / scale, 2 / scale] : []);
    context.stroke(path);
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
  outline(map, context, map.hovered, 2 / scale, shades.ink);
  outline(map, context, map.selected, 4 / scale, shades.ink);
  context.setTransform(dots, 0, 0, dots, edgeX * dots, edgeY * dots);
  numbers(map, context, { scale, left, top, seen, shades });
}

function outline(map, context, code, width, ink) {
  const rings = code && map.places.find((place) => place.code === code)?.rings;
  if (!rings) return;
  const path = new Path2D();
  trace(path, rings);
  context.lineWidth = width;
  context.strokeStyle = ink;
  context.stroke(path);
}

// A number in each shape that has room: its colour alone says nothing to those who cannot tell it.
function numbers(map, context, { scale, left, top, seen, shades }) {
  context.font = `600 11px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { code, main: box } of map.places) {
    if (box[2] < seen[0] || box[0] > seen[2] || box[3] < seen[1] || box[1] > seen[3]) continue;
    if ((box[2] - box[0]) * scale < ROOM.wide || (box[3] - box[1]) * scale < ROOM.high) continue;
    const unit = map.units.get(code);
    if (!unit || (map.found && !map.found.has(code))) continue;
    context.fillStyle = unit.fill ? "#141b24" : shades.ink;
    const [x, y] = [((box[0] + box[2]) / 2) * scale + left, ((box[1] + box[3]) / 2) * scale + top];
    context.fillText(unit.brief, x, y);
  }
}

let waiting = 0;
function soon(map) {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => paint(map));
}

// --- looking closer and about -------------------------------------------------------------------

function zoomTo(map, by, [x, y]) {
  const next = Math.min(MOST, Math.max(1, map.zoom * by));
  const { wide, high, scale } = view(map);
  const held = [map.centre[0] + (x - wide / 2) / scale, map.centre[1] + (y - high / 2) / scale];
  const grown = (scale * next) / map.zoom;
  map.zoom = next;
  map.centre = [held[0] - (x - wide / 2) / grown, held[1] - (y - high / 2) / grown];
  settle(map);
}

function settle(map) {
  const { box } = map;
  if (map.zoom <= 1) map.centre = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  map.centre = [
    Math.min(box[2], Math.max(box[0], map.centre[0])),
    Math.min(box[3], Math.max(box[1], map.centre[1])),
  ];
  map.canvas.style.transform = "";
  soon(map);
  if (map.zoom >= FINER_FROM) refine(map);
}

async function refine(map) {
  if (map.finer !== "no" || !map.data.finer) return;
  map.finer = "asked";
  try {
    map.shapes = await shapesAt(map.data.finer);
  } catch {
    map.finer = "no"; // the next look closer asks again
    return;
  }
  place(map);
  colour(map);
  soon(map);
}

function pointIn(map, event) {
  const { left, top } = map.frame.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

function onDown(map, event) {
  map.fingers.set(event.pointerId, pointIn(map, event));
  if (map.fingers.size === 1) map.start = { at: pointIn(map, event), slipped: false };
  if (map.zoom > 1) map.frame.setPointerCapture(event.pointerId);
}

function onMove(map, event) {
  const at = pointIn(map, event);
  if (!map.fingers.has(event.pointerId)) {
    if (event.pointerType === "mouse") hover(map, at);
    return;
  }
  const before = map.fingers.get(event.pointerId);
  const other = [...map.fingers].find(([id]) => id !== event.pointerId)?.[1];
  map.fingers.set(event.pointerId, at);
  const [x, y] = map.start.at;
  if (Math.hypot(at[0] - x, at[1] - y) > TAP) map.start.slipped = true;
  if (map.zoom <= 1) return;
  map.moved ??= { x: 0, y: 0, by: 1, about: at };
  if (other) {
    const spread = (from) => Math.hypot(from[0] - other[0], from[1] - other[1]) || 1;
    map.moved.by = Math.max(0.2, map.moved.by * (spread(at) / spread(before)));
    map.moved.about = other;
  } else {
    map.moved.x += at[0] - before[0];
    map.moved.y += at[1] - before[1];
  }
  pull(map);
}

// The finished picture moves under the finger; the processor has nothing to draw.
function pull(map) {
  const { x, y, by, about } = map.moved;
  const { wide, high } = view(map);
  const origin = `${about[0] + wide * AROUND}px ${about[1] + high * AROUND}px`;
  map.canvas.style.transformOrigin = origin;
  map.canvas.style.transform = `translate(${x}px, ${y}px) scale(${by})`;
  if (by === 1 && (Math.abs(x) > wide * AROUND || Math.abs(y) > high * AROUND)) rest(map);
}

// Draws anew where the picture was moved to.
function rest(map) {
  if (!map.moved) return;
  const { x, y, by, about } = map.moved;
  map.moved = null;
  const { scale } = view(map);
  map.centre = [map.centre[0] - x / scale, map.centre[1] - y / scale];
  if (by === 1) settle(map);
  else zoomTo(map, by, about);
}

function onUp(map, event) {
  const tapped = map.fingers.size === 1 && map.start && !map.start.slipped;
  map.fingers.delete(event.pointerId);
  if (event.type === "pointerup" && tapped) select(map, codeAt(map, pointIn(map, event)));
  if (!map.fingers.size) rest(map);
}

function hover(map, at) {
  const code = codeAt(map, at);
  if (code === map.hovered) return;
  map.hovered = code;
  map.frame.style.cursor = code ? "pointer" : "";
  if (!map.selected) showCard(map.units.get(code));
  soon(map);
}

function codeAt(map, [px, py]) {
  const { scale, left, top } = view(map);
  const [x, y] = [(px - left) / scale, (py - top) / scale];
  const hit = map.places.find(
    ({ box, rings }) =>
      x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] &&
      rings.reduce((inside, ring) => inside !== within(ring, x, y), false),
  );
  return hit && map.units.has(hit.code) ? hit.code : null;
}

function within(ring, x, y) {
  let inside = false;
  for (let at = 0, last = ring.length - 1; at < ring.length; last = at, at += 1) {
    const [[ax, ay], [bx, by]] = [ring[at], ring[last]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

// --- what readers do ----------------------------------------------------------------------------

function select(map, code) {
  const unit = map.units.get(code);
  map.selected = unit ? code : null;
  markRow(map.selected);
  showCard(unit);
  soon(map);
}

function onKey(map, event) {
  if (event.key === "Enter") return openUnit(map.units.get(map.selected));
  if (event.key === "Escape") return select(map, null);
  const way = wayOf(event.key);
  if (!way) return undefined;
  event.preventDefault();
  select(map, nearest(map.shapes, [...map.units.keys()], map.selected, way));
  bringIn(map);
  return undefined;
}

// A unit chosen by the keys must be seen.
function bringIn(map) {
  const box = map.places.find(({ code }) => code === map.selected)?.main;
  if (!box || map.zoom <= 1) return;
  map.centre = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  settle(map);
}

function listen(map) {
  const { frame } = map;
  frame.addEventListener("pointerdown", (event) => onDown(map, event));
  frame.addEventListener("pointermove", (event) => onMove(map, event));
  frame.addEventListener("pointerup", (event) => onUp(map, event));
  frame.addEventListener("pointercancel", (event) => onUp(map, event));
  frame.addEventListener("dblclick", () => openUnit(map.units.get(map.selected)));
  frame.addEventListener("keydown", (event) => onKey(map, event));
  frame.addEventListener(
    "wheel",
    (event) => {
      if (map.zoom <= 1) return; // else a page could not be scrolled past it
      event.preventDefault();
      zoomTo(map, event.deltaY < 0 ? 1.2 : 1 / 1.2, pointIn(map, event));
    },
    { passive: false },
  );
  new ResizeObserver(() => soon(map)).observe(frame);
  // A live change rewrites the attribute: the map takes the new colours.
  new MutationObserver(() => {
    map.data = readUnits(frame);
    colour(map);
    select(map, map.selected);
  }).observe(frame, { attributeFilter: ["data-map"] });
  document.addEventListener("phucvu:theme", () => soon(map));
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-search]")) return;
    map.found = foundBy(map.data.units, event.target.value);
    colour(map);
    soon(map);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-map-zoom]");
    if (!button) return;
    const { wide, high } = view(map);
    // Closer to what is chosen, else to where most units lie: between them there is much sea.
    const chosen = map.places.find(({ code }) => code === map.selected)?.main;
    if (chosen) map.centre = [(chosen[0] + chosen[2]) / 2, (chosen[1] + chosen[3]) / 2];
    else if (map.zoom <= 1) map.centre = [...map.middle];
    zoomTo(map, Number(button.dataset.mapZoom) || 1 / MOST, [wide / 2, high / 2]);
  });
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const row = event.target.closest?.("[data-map-row]");
      if (!row || map.hovered === row.dataset.mapRow) return;
      map.hovered = row.dataset.mapRow;
      soon(map);
    });
  }
}
