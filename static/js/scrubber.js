/* Moving the scrubber shows each step at once; a moment after letting go that step becomes the page. */
import { ask } from "./ask.js";
import { swap } from "./live.js";

const SETTLED_MS = 500;
const OWN = /<hx-partial hx-target="#history".*?<\/hx-partial>/s;

let wanted;
let isBusy = false;
let timer;

function askForStep() {
  if (!wanted) return null;
  const { fragments } = document.querySelector("[data-fragments]").dataset;
  const answer = ask(`${fragments}?at=${wanted}`);
  wanted = "";
  return answer.then(({ text }) => text());
}

async function show() {
  if (isBusy) return;
  isBusy = true;
  let asked = askForStep();
  while (asked) {
    const text = await asked;
    // The server makes the next step while the page takes this one.
    asked = askForStep();
    // The slider is in the viewer's hand: it is not swapped under it.
    await swap(text.replace(OWN, ""));
    // A step that no frame shows would be in vain.
    await new Promise(requestAnimationFrame);
    asked ??= askForStep();
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
