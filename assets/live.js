// Open pages follow the figures: the server sends which units changed, the page asks for its own
// main part again and changes only what differs. Focus, open disclosures and scroll stay.

import { Idiomorph } from "idiomorph";

import { followStream } from "./stream.js";

const REFRESH_EVERY = 300; // ms: a busy hour must not make a page ask more often
const REST = 3; // times as long as an answer took: a costly page is asked for more seldom
const ANNOUNCE_EVERY = 10_000; // ms

let refreshTimer = null;
let refreshing = false;
let again = false;
let mayRefreshAt = 0;
let announcedAt = -Infinity;

const region = () => document.querySelector("[data-live-region]");

export function followChanges() {
  const start = region();
  if (!start?.dataset.liveUnits) return;
  followStream({
    url: start.dataset.liveUrl,
    units: start.dataset.liveUnits.split(" "),
    last: start.dataset.liveSince,
    changed: refresh,
    said: indicate,
  });
}

function indicate(state) {
  const sign = document.querySelector("[data-live-sign]");
  if (!sign) return;
  sign.hidden = false;
  sign.dataset.liveSign = state;
  sign.querySelector("[data-live-word]").textContent = sign.dataset[state];
}

function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  if (refreshTimer) return;
  const wait = Math.max(0, mayRefreshAt - performance.now());
  refreshTimer = setTimeout(run, wait);
}

async function run() {
  refreshTimer = null;
  refreshing = true;
  again = false;
  const began = performance.now();
  try {
    const answer = await fetch(location.href, { headers: { "X-Fragment": "main" } });
    if (answer.ok) swap(await answer.text());
  } catch {
    // The network is away; the stream notices and comes back.
  } finally {
    refreshing = false;
    const took = performance.now() - began;
    mayRefreshAt = began + Math.max(REFRESH_EVERY, took * (1 + REST));
    if (again) refresh();
  }
}

function swap(html) {
  const before = numbers();
  Idiomorph.morph(region(), html, {
    morphStyle: "outerHTML",
    ignoreActiveValue: true,
    callbacks: { beforeNodeMorphed: keep, beforeAttributeUpdated: keepAttribute },
  });
  highlight(before);
  document.dispatchEvent(new CustomEvent("phucvu:updated"));
  announce();
}

// Screen readers hear of a change, but not of every one in a busy minute.
function announce() {
  const said = document.querySelector("[data-live-said]");
  if (!said || performance.now() < announcedAt + ANNOUNCE_EVERY) return;
  announcedAt = performance.now();
  said.textContent = region().dataset.liveWords;
}

// A drawing belongs to its chart or map: only the numbers are handed over. What is said of the
// unit the reader chose stays, until the map says it anew.
function keep(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) return true;
  if (old.dataset.mapCard !== undefined) return false;
  for (const kind of ["chart", "map"]) {
    if (!old.dataset[kind]) continue;
    const numbers = fresh.dataset?.[kind];
    if (numbers && old.dataset[kind] !== numbers) old.dataset[kind] = numbers;
    return false;
  }
  return true;
}

// What the reader opened, typed or filtered stays.
function keepAttribute(name, node) {
  if (name === "open" && node.tagName === "DETAILS") return false;
  return !(name === "hidden" && node.dataset.searchRow !== undefined);
}

function numbers() {
  const texts = new Map();
  for (const node of document.querySelectorAll("[data-number]")) {
    texts.set(node.dataset.number, node.textContent);
  }
  return texts;
}

function highlight(before) {
  for (const node of document.querySelectorAll("[data-number]")) {
    const old = before.get(node.dataset.number);
    if (old === undefined || old === node.textContent) continue;
    node.classList.remove("is-fresh");
    void node.offsetWidth; // restarts the animation
    node.classList.add("is-fresh");
  }
}
