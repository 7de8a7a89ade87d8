// Fetches what a <details data-lazy="address"> holds when it is opened first.
async function fill(details) {
  const place = details.querySelector("[data-lazy-here]");
  try {
    const answer = await fetch(details.dataset.lazy, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    place.innerHTML = await answer.text();
  } catch {
    details.open = false; // opening it again asks again
    delete details.dataset.filled;
  }
}

export function openLazily() {
  document.addEventListener(
    "toggle",
    (event) => {
      const details = event.target;
      if (!details.open || !details.dataset?.lazy || details.dataset.filled) return;
      details.dataset.filled = "1";
      fill(details);
    },
    true,
  );
}
