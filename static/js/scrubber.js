/* Moving the scrubber shows each step at once; a moment after letting go that step becomes the page. */
import { swap } from "./live.js";

const SETTLED_MS = 500;
const OWN = /<hx-partial hx-target="#history".*?<\/hx-partial>/s;

let wanted;
let isBusy = false;
let timer;

function ask(root) {
  if (!wanted) return null;
  const response = fetch(`${root.dataset.fragments}?at=${wanted}`);
  wanted = "";
  return response.then((found) => (found.ok ? found.text() : "")).catch(() => "");
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
    // The slider is in the viewer's hand: it is not swapped under it.
    if (text) await swap(root, text.replace(OWN, ""));
    // A step that no frame shows would be in vain.
    await new Promise(requestAnimationFrame);
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
    if (!form) return;
    // Who came by keyboard goes on there.
    if (target.matches(":focus-visible")) form.action = `#${target.id}`;
    timer = setTimeout(() => form.requestSubmit(), SETTLED_MS);
  });
}
