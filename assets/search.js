// Filters the rows of a table by name. Marks and letter case do not matter: "vung tau" finds
// "Vũng Tàu".

export function plain(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .trim();
}

function filter(box) {
  const wanted = plain(box.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of document.querySelectorAll("[data-search-row]")) {
    const text = plain(row.dataset.searchRow);
    row.hidden = !wanted.every((word) => text.includes(word));
    if (!row.hidden) shown += 1;
  }
  const count = document.querySelector("[data-search-count]");
  if (count) {
    const { all, some, none } = count.dataset;
    const words = shown ? some.replace("{n}", shown.toLocaleString("vi-VN")) : none;
    count.textContent = wanted.length ? words : all;
  }
}

export function setUpSearch() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-search]")) filter(event.target);
  });
  document.addEventListener("phucvu:updated", () => {
    const box = document.querySelector("[data-search]");
    if (box?.value) filter(box);
  });
}
