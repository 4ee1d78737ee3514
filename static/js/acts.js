/* Clicks are answered in turn. One that saw nothing newer than the last is stale. */
import { ask } from "./ask.js";

const WAIT_MS = 1000;
const WAITING = "Waiting for the server’s answer to the last click …";

export function askThroughHtmx() {
  let [last, timer] = [{}];
  const notice = () => document.getElementById("notice");
  const on = (name, then) =>
    document.addEventListener(`htmx:${name}:request`, (event) => {
      const { ctx } = event.detail;
      ctx.fetch = ask;
      if (ctx.request.method === "POST") then(ctx, event);
    });
  on("config", (ctx, event) => {
    // The form's own address is that of actions.
    const button = ctx.request.submitter;
    if (button?.hasAttribute("formaction")) ctx.request.action = button.formAction;
    const seen = ctx.request.body.get("seen");
    if (last.ctx && last.seen === seen) event.preventDefault();
    else last = { ctx, seen };
  });
  on("before", () => {
    // It spoke of the last click.
    notice().replaceChildren();
    timer = setTimeout(() => (notice().textContent = WAITING), WAIT_MS);
  });
  on("finally", (ctx) => {
    clearTimeout(timer);
    if (ctx === last.ctx) last = {};
    if (notice().textContent === WAITING) notice().replaceChildren();
  });
}
