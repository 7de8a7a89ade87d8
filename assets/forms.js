// A chooser goes to its choice at once; without scripts its button does.
export function submitOnChange() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (form) form.requestSubmit();
  });
}
