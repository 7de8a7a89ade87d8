// The map of results. A frame's `data-map` holds the units with their colours and texts, and the
// address of their shapes; nothing is computed here but where things are drawn.

import { MapChart } from "echarts/charts";
import { GeoComponent, TooltipComponent } from "echarts/components";
import { init, registerMap, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { showCard } from "./map-card.js";
import { beginMap, foundBy, markRow, openUnit, readUnits } from "./map-data.js";
import { nearest, wayOf } from "./map-keys.js";
import { colours, FONT, tooltip } from "./paint.js";

use([CanvasRenderer, GeoComponent, MapChart, TooltipComponent]);

const ROOM_FOR_NAMES = 74; // px of a square's side
const ROOM_FOR_NUMBERS = 22;
const maps = new Map();

export async function drawMap(frame) {
  const map = await beginMap(frame, maps);
  if (!map) return;
  registerMap(map.data.shapes, map.shapes);
  // A place of its own: what says which unit is pointed at lies in it too, as large as its words.
  const drawing = document.createElement("div");
  drawing.className = "map-drawing";
  frame.append(drawing);
  map.chart = init(drawing, null, { renderer: "canvas" });
  paint(map);
  listen(map);
  frame.dataset.drawn = "1";
}

function paint(map) {
  const { chart, data, shapes, frame } = map;
  const colour = colours();
  const units = new Map(data.units.map((unit) => [unit.code, unit]));
  const middle = data.schematic ? 0 : middleLatitude(shapes);
  chart.setOption({
    animation: false,
    tooltip: {
      ...tooltip(colour),
      className: "map-said",
      formatter: ({ name }) => said(units.get(name)),
      extraCssText: "max-width:min(60%,18rem);white-space:normal",
    },
    series: [
      {
        type: "map",
        map: data.shapes,
        nameProperty: "code",
        roam: map.zoomed ? true : false,
        scaleLimit: { min: 1, max: 40 },
        aspectScale: Math.cos((middle * Math.PI) / 180),
        layoutCenter: ["50%", "50%"],
        layoutSize: layoutSize(frame, shapes, middle),
        selectedMode: "single",
        data: data.units.map((unit) => region(unit, colour, map.found)),
        itemStyle: { areaColor: colour.none, borderColor: colour.surface, borderWidth: 0.8 },
        label: label(map, units),
        labelLayout: { hideOverlap: true },
      },
    ],
  });
}

function region(unit, colour, found) {
  const faded = found && !found.has(unit.code);
  const areaColor = unit.fill ?? colour.none;
  const text = { color: unit.fill ? "#141b24" : colour.ink };
  return {
    name: unit.code,
    itemStyle: {
      areaColor,
      opacity: faded ? 0.2 : 1,
      ...(unit.fill && !unit.lacking ? {} : { borderType: "dashed", borderColor: colour.quiet }),
    },
    label: text,
    emphasis: { itemStyle: { areaColor, borderColor: colour.ink, borderWidth: 2 }, label: text },
    select: { itemStyle: { areaColor, borderColor: colour.ink, borderWidth: 4 }, label: text },
  };
}

// A number in each shape: its colour alone says nothing to those who cannot tell it.
function label({ data, frame, shapes }, units) {
  const side = data.schematic ? squareSide(frame, shapes) : 0;
  const named = data.schematic && side >= ROOM_FOR_NAMES;
  return {
    show: data.schematic ? side >= ROOM_FOR_NUMBERS : true,
    color: "#141b24",
    fontFamily: FONT,
    fontSize: named ? 13 : 11,
    fontWeight: 600,
    lineHeight: 16,
    formatter: ({ name }) => {
      const unit = units.get(name);
      if (!unit) return "";
      return named ? `${wrapped(unit.short, side)}\n{v|${unit.brief}}` : unit.brief;
    },
    rich: { v: { fontSize: 15, fontWeight: 700, fontFamily: FONT, lineHeight: 24 } },
  };
}

function wrapped(name, side) {
  const most = Math.floor(side / 9); // letters: the widest are about 9 px
  const lines = [];
  for (const word of name.split(" ")) {
    const last = lines.at(-1);
    if (last && last.length + word.length + 1 <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  if (lines.length > 3) return [...lines.slice(0, 2), `${lines[2]}…`].join("\n");
  return lines.join("\n");
}

function box(shapes) {
  const found = { left: Infinity, right: -Infinity, top: -Infinity, bottom: Infinity };
  const walk = (part) => {
    if (typeof part[0] === "number") {
      found.left = Math.min(found.left, part[0]);
      found.right = Math.max(found.right, part[0]);
      found.top = Math.max(found.top, part[1]);
      found.bottom = Math.min(found.bottom, part[1]);
    } else part.forEach(walk);
  };
  shapes.features.forEach((feature) => walk(feature.geometry.coordinates));
  return found;
}

function middleLatitude(shapes) {
  const { top, bottom } = box(shapes);
  return (top + bottom) / 2;
}

// The library fits a map into a square of this size.
function layoutSize(frame, shapes, middle) {
  const { left, right, top, bottom } = box(shapes);
  const wide = (right - left) * Math.cos((middle * Math.PI) / 180);
  const high = top - bottom;
  const scale = Math.min((frame.clientWidth - 12) / wide, (frame.clientHeight - 12) / high);
  return Math.max(wide, high) * scale;
}

function squareSide(frame, shapes) {
  const { left, right, top, bottom } = box(shapes);
  return Math.min(
    (frame.clientWidth - 12) / Math.round(right - left + 0.12),
    (frame.clientHeight - 12) / Math.round(top - bottom + 0.12),
  );
}

function said(unit) {
  if (!unit) return "";
  const lines = [unit.text, unit.band, unit.change].filter(Boolean).map(escaped);
  return `<b>${escaped(unit.name)}</b><br>${lines.join(" · ")}`;
}

function escaped(text) {
  const node = document.createElement("span");
  node.textContent = text;
  return node.innerHTML;
}

function listen(map) {
  const { chart, frame } = map;
  chart.on("click", ({ name }) => select(map, name));
  chart.on("dblclick", () => open(map));
  frame.addEventListener("keydown", (event) => onKey(map, event));
  new ResizeObserver(() => {
    chart.resize();
    paint(map);
  }).observe(frame);
  // A live change rewrites the attribute: the map takes the new colours.
  new MutationObserver(() => {
    map.data = readUnits(frame);
    paint(map);
    select(map, map.selected);
  }).observe(frame, { attributeFilter: ["data-map"] });
  document.addEventListener("phucvu:theme", () => paint(map));
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-search]")) find(map, event.target.value);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-map-zoom]");
    if (button) zoom(map, Number(button.dataset.mapZoom));
  });
  for (const [kind, action] of [["mouseover", "highlight"], ["focusin", "highlight"],
    ["mouseout", "downplay"], ["focusout", "downplay"]]) {
    document.addEventListener(kind, (event) => {
      const row = event.target.closest?.("[data-map-row]");
      if (row) chart.dispatchAction({ type: action, seriesIndex: 0, name: row.dataset.mapRow });
    });
  }
}

function select(map, code) {
  const unit = map.data.units.find((each) => each.code === code);
  map.chart.dispatchAction({ type: "unselect", seriesIndex: 0, name: map.selected });
  map.selected = unit ? code : null;
  if (unit) map.chart.dispatchAction({ type: "select", seriesIndex: 0, name: code });
  markRow(map.selected);
  showCard(unit);
}

function open(map) {
  openUnit(map.data.units.find((each) => each.code === map.selected));
}

function onKey(map, event) {
  if (event.key === "Enter") return open(map);
  if (event.key === "Escape") return select(map, null);
  const way = wayOf(event.key);
  if (!way) return undefined;
  event.preventDefault();
  const codes = map.data.units.map((unit) => unit.code);
  select(map, nearest(map.shapes, codes, map.selected, way));
  return undefined;
}

function zoom(map, by) {
  const { chart } = map;
  map.zoomed = by > 1 || (by > 0 && chart.getOption().series[0].zoom * by > 1);
  const now = chart.getOption().series[0].zoom ?? 1;
  const next = map.zoomed ? Math.min(40, Math.max(1, now * by)) : 1;
  // Only what is drawn larger than its frame can be dragged: else a phone could not scroll past.
  chart.setOption({
    series: [{ zoom: next, roam: map.zoomed, ...(map.zoomed ? {} : { center: null }) }],
  });
}

function find(map, text) {
  map.found = foundBy(map.data.units, text);
  paint(map);
}
