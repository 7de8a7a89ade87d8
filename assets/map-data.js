// What the maps share: their beginning, the units with the names of their parts, finding by name.

import { plain } from "./search.js";

// What would end a part of an address stands as ~ and its number (`phucvu.units.codes`).
const codeInAddress = (code) =>
  encodeURIComponent(code.replace(/[~/\\%]/g, (sign) => `~${sign.charCodeAt(0).toString(16)}`));

// Each unit comes as a list, for there may be thousands: here it gets the names of its parts.
export function readUnits(frame) {
  const { fields, bands, page, inside, ...data } = JSON.parse(frame.dataset.map);
  const addressOf = (pattern, code) => pattern.replace("--code--", () => codeInAddress(code));
  data.units = data.units.map((values) => {
    const unit = Object.fromEntries(fields.map((name, at) => [name, values[at]]));
    const [band, fill] = bands[unit.band] ?? [null, null];
    return {
      ...unit,
      band,
      fill,
      page: addressOf(page, unit.code),
      inside: unit.inside ? addressOf(inside, unit.code) : "",
    };
  });
  return data;
}

// A map's beginning, once a frame: its units and shapes, or words where these cannot be had, and
// then nothing. `more` is what the map remembers besides.
export async function beginMap(frame, maps, more = {}) {
  if (maps.has(frame)) return null;
  const map = { frame, data: readUnits(frame), selected: null, found: null, ...more };
  maps.set(frame, map);
  frame.textContent = frame.dataset.waiting;
  try {
    map.shapes = await shapesAt(map.data.shapes);
    await document.fonts.ready;
  } catch {
    maps.delete(frame);
    frame.textContent = frame.dataset.failed;
    return null;
  }
  frame.textContent = "";
  return map;
}

export async function shapesAt(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

// The codes of the units whose name has every word; null where nothing is asked.
export function foundBy(units, text) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (!words.length) return null;
  const matches = (unit) => {
    const name = plain(`${unit.name} ${unit.code}`);
    return words.every((word) => name.includes(word));
  };
  return new Set(units.filter(matches).map((unit) => unit.code));
}

export function openUnit(unit) {
  if (!unit) return;
  const address = unit.inside || unit.page;
  if ("embedded" in document.documentElement.dataset) window.open(address, "_blank", "noopener");
  else location.assign(address);
}

export function markRow(code) {
  document.querySelectorAll("[data-map-row]").forEach((row) => {
    row.toggleAttribute("data-chosen", row.dataset.mapRow === code);
  });
}
