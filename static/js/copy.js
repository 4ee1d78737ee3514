/* A click on [data-copy] copies its value and marks it for a moment; a path is copied as the whole address. */
const MARKED_FOR_MS = 900;

function valueOf({ dataset: { copy: value } }) {
  return value.startsWith("/") ? new URL(value, location).href : value;
}

async function copy(element) {
  await navigator.clipboard.writeText(valueOf(element));
  element.classList.add("is-copied");
  setTimeout(() => element.classList.remove("is-copied"), MARKED_FOR_MS);
}

/* Without the clipboard (a page not on https) the value is selected in a prompt. */
function offer(element) {
  window.prompt("Copy", valueOf(element));
}

export function copyOctets() {
  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-copy]");
    if (!element) return;
    if (navigator.clipboard) copy(element).catch(() => offer(element));
    else offer(element);
  });
}
