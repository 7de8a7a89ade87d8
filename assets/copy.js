// A button that copies the code beside it, and says that it did.
export function copyCode() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.classList.add("is-copied");
      setTimeout(() => button.classList.remove("is-copied"), 2000);
    } catch {
      // Not allowed here: the code is marked, for the reader's own key.
      window.getSelection().selectAllChildren(code);
    }
  });
}
