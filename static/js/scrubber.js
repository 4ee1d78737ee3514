/* Moving the scrubber shows each step at once; a moment after letting go that step becomes the page. */
const SETTLED_MS = 500;
const OWN = /<hx-partial hx-target="#history".*?<\/hx-partial>/s;

let wanted;
let isBusy = false;
let timer;

async function show() {
  if (isBusy) return;
  isBusy = true;
  const root = document.querySelector("[data-fragments]");
  while (wanted !== undefined) {
    const at = wanted;
    wanted = undefined;
    const response = await fetch(`${root.dataset.fragments}?at=${at}`).catch(() => null);
    // The slider is in the viewer's hand: it is not swapped under it.
    const text = response?.ok ? (await response.text()).replace(OWN, "") : "";
    if (text) await htmx.swap({ sourceElement: root, target: root, swap: "innerHTML swapEmpty:false", text });
  }
  isBusy = false;
}

export function submitScrubber() {
  document.addEventListener("input", ({ target }) => {
    if (!target.closest("[data-scrubber]")) return;
    clearTimeout(timer);
    wanted = target.value;
    show();
  });
  document.addEventListener("change", ({ target }) => {
    const form = target.closest("[data-scrubber]");
    clearTimeout(timer);
    if (form) timer = setTimeout(() => form.requestSubmit(), SETTLED_MS);
  });
}
