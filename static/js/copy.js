/* A click on [data-copy] copies its value and marks it for a moment; a path is copied as the whole address. */
const MARKED_FOR_MS = 900;

async function copy(element) {
  const text = element.dataset.copy;
  const value = text.startsWith("/") ? new URL(text, location).href : text;
  try {
    await navigator.clipboard.writeText(value);
    element.classList.add("is-copied");
    setTimeout(() => element.classList.remove("is-copied"), MARKED_FOR_MS);
  } catch {
    // Without the clipboard (a page not on https) the value is selected in a prompt.
    window.prompt("Copy", value);
  }
}

export function copyOctets() {
  document.addEventListener("click", ({ target }) => {
    const element = target.closest("[data-copy]");
    if (element) copy(element);
  });
}
