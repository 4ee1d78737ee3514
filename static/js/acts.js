/* htmx asks through ask.js too, one click at a time: what is pressed while the last click waits would be stale. */
import { ask } from "./ask.js";

const WAIT_MS = 1000;
const WAITING = "Waiting for the server’s answer to the last click …";

const isAct = ({ detail: { ctx } }) => ctx.request.method === "POST";

export function askThroughHtmx() {
  let waits;
  const notice = () => document.getElementById("notice");
  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.fetch = ask;
    if (!isAct(event)) return;
    if (waits) event.preventDefault();
    else waits = setTimeout(() => (notice().textContent = WAITING), WAIT_MS);
  });
  document.addEventListener("htmx:before:request", (event) => {
    // A notice speaks of the last click: the next one clears it.
    if (isAct(event)) notice().replaceChildren();
  });
  document.addEventListener("htmx:finally:request", (event) => {
    if (!isAct(event)) return;
    clearTimeout(waits);
    waits = undefined;
    if (notice().textContent === WAITING) notice().replaceChildren();
  });
}
