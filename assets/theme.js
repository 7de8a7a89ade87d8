// Runs in the head, before anything is drawn: light or dark, as chosen here or by the system.
const KEY = "phucvu-theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function apply() {
  document.documentElement.dataset.bsTheme = chosen() ?? (dark.matches ? "dark" : "light");
  document.dispatchEvent(new CustomEvent("phucvu:theme"));
}

function toggle() {
  const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
  try {
    if ((next === "dark") === dark.matches) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Storage is off: the choice holds for this page.
  }
  document.documentElement.dataset.bsTheme = next;
  document.dispatchEvent(new CustomEvent("phucvu:theme"));
}

apply();
document.documentElement.classList.add("js");
dark.addEventListener("change", apply);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) toggle();
});
