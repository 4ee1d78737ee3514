/* Moving the scrubber shows each step at once; a moment after letting go that step becomes the page. */
const SETTLED_MS = 500;
const OWN = /<hx-partial hx-target="#history".*?<\/hx-partial>/s;

let wanted;
let isBusy = false;
let timer;

/* The fragments of the step that is wanted, if one is. */
function ask(root) {
  if (wanted === undefined) return undefined;
  const response = fetch(`${root.dataset.fragments}?at=${wanted}`);
  wanted = undefined;
  // The slider is in the viewer's hand: it is not swapped under it.
  return response.then((found) => (found.ok ? found.text() : "")).then((text) => text.replace(OWN, "")).catch(() => "");
}

async function show() {
  if (isBusy) return;
  isBusy = true;
  const root = document.querySelector("[data-fragments]");
  let asked = ask(root);
  while (asked) {
    const text = await asked;
    // The server makes the next step while the page takes this one.
    asked = ask(root);
    if (text) await htmx.swap({ sourceElement: root, target: root, swap: "innerHTML swapEmpty:false", text });
    asked ??= ask(root);
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
