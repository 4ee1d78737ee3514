/* A click on [data-copy] copies its value and marks it for a moment. */
const MARKED_FOR_MS = 900;

async function copy(element) {
  await navigator.clipboard.writeText(element.dataset.copy);
  element.classList.add("is-copied");
  setTimeout(() => element.classList.remove("is-copied"), MARKED_FOR_MS);
}

/* Without the clipboard (a page not on https) the value is selected in a prompt. */
function offer(element) {
  window.prompt("Copy", element.dataset.copy);
}

export function copyOctets() {
  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-copy]");
    if (!element) return;
    if (navigator.clipboard) copy(element).catch(() => offer(element));
    else offer(element);
  });
}
