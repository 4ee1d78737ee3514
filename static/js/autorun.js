/* Auto-run: a page that may drive asks for the next step when #autorun says it is due, data-next-in milliseconds
 * after the last was shown. The server refuses what comes too early or from a stale step. */
import { ask } from "./ask.js";
import { swap } from "./live.js";

const AGAIN_MS = 2000;
// Another page may have been first, or a little early.
const USUAL = [204, 409, 422];

let planned = "";
let timer;

async function askForNext(url) {
  const plan = planned;
  const body = new FormData(document.getElementById("drive"));
  const answer = await ask(url, { method: "POST", body, isPassing: true });
  if (!USUAL.includes(answer.status)) await swap(await answer.text());
  document.dispatchEvent(new Event("lab:posted"));
  // What the lab did comes as fragments. If nothing comes, the request or they were lost.
  if (plan === planned) timer = setTimeout(askForNext, answer.headers.get("Retry-After") * 1000 || AGAIN_MS, url);
}

function planNext() {
  const form = document.getElementById("drive");
  const { nextIn, url } = document.getElementById("autorun")?.dataset ?? {};
  // A step taken from the past would be a fork.
  const isDue = form && nextIn && !document.body.classList.contains("is-past");
  const plan = isDue ? `${new FormData(form).get("seen")} ${nextIn}` : "";
  if (plan === planned) return;
  planned = plan;
  clearTimeout(timer);
  if (plan) timer = setTimeout(askForNext, Number(nextIn), url);
}

export function autoRun() {
  document.addEventListener("htmx:after:swap", planNext);
  planNext();
}
