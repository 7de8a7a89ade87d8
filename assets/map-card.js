// What is said of the unit that is chosen on the map, below it: for a finger, which does not hover,
// and for screen readers.

let hint = null;

export function showCard(unit) {
  const card = document.querySelector("[data-map-card]");
  if (!card) return;
  hint ??= card.innerHTML;
  if (!unit) {
    card.innerHTML = hint;
    return;
  }
  const { inside, place, unitPage } = card.dataset;
  card.replaceChildren(
    element("strong", unit.name, "map-card-name"),
    element("span", unit.text, "map-card-value"),
    ...(unit.band ? [band(unit)] : []),
    ...(unit.place ? [element("span", place.replace("{n}", unit.place), "quiet")] : []),
    ...(unit.change ? [element("span", unit.change, "quiet")] : []),
    links([[unit.page, unitPage], ...(unit.inside ? [[unit.inside, inside]] : [])]),
  );
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function band(unit) {
  const made = element("span", unit.band, "band");
  made.style.setProperty("--band-fill", unit.fill);
  return made;
}

function links(addresses) {
  const made = element("span", "", "map-card-links");
  for (const [address, words] of addresses) {
    const link = element("a", words, "");
    link.href = address;
    made.append(link);
  }
  return made;
}
