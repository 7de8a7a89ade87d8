// A page with `data-poll` asks for its own main part again, so many milliseconds after the last
// answer, until it comes without the mark. Without scripts the page says so itself.
import { Idiomorph } from "idiomorph";

const PATIENCE = 10_000; // ms: what a server that restarts is given

export function followWork() {
  const wait = Number(document.querySelector("[data-poll]")?.dataset.poll);
  if (wait) setTimeout(ask, wait, wait);
}

async function ask(wait) {
  try {
    const answer = await fetch(location.href, { headers: { "X-Fragment": "main" } });
    if (answer.redirected) {
      location.reload();
      return;
    }
    if (answer.ok) {
      Idiomorph.morph(document.querySelector("main"), await answer.text(), {
        morphStyle: "outerHTML",
        ignoreActiveValue: true,
      });
    }
    followWork();
  } catch {
    setTimeout(ask, Math.min(wait * 2, PATIENCE), Math.min(wait * 2, PATIENCE));
  }
}
