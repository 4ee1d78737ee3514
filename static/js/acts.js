/* htmx asks through ask.js too. Clicks are answered in turn; one on a page that shows nothing newer than what the last
 * unanswered click saw would be stale, and is not sent. What came of that click may be seen before its answer is here. */
import { ask } from "./ask.js";

const WAIT_MS = 1000;
const WAITING = "Waiting for the server’s answer to the last click …";

const isAct = ({ detail: { ctx } }) => ctx.request.method === "POST";

export function askThroughHtmx() {
  let [last, timer] = [{}];
  const notice = () => document.getElementById("notice");
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    ctx.fetch = ask;
    if (!isAct(event)) return;
    const seen = ctx.request.body.get("seen");
    if (last.ctx && last.seen === seen) event.preventDefault();
    else last = { ctx, seen };
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (!isAct(event)) return;
    // A notice speaks of the last click: the next one clears it.
    notice().replaceChildren();
    timer = setTimeout(() => (notice().textContent = WAITING), WAIT_MS);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    if (!isAct(event)) return;
    clearTimeout(timer);
    if (event.detail.ctx === last.ctx) last = {};
    if (notice().textContent === WAITING) notice().replaceChildren();
  });
}
