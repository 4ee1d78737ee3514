/* Clicks are answered in turn. One that saw nothing newer than the last is stale, as is the second of a double click. */
import { ask } from "./ask.js";

const WAIT_MS = 1000;
const WAITING = "Waiting for the server’s answer to the last click …";

export function askThroughHtmx() {
  let [last, timer] = [{}];
  const said = ({ body, action }) => [action, ...body].join();
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
    const [seen, words] = [ctx.request.body.get("seen"), said(ctx.request)];
    if (last.ctx ? last.seen === seen : last.done === words) event.preventDefault();
    else last = { ctx, seen, words };
  });
  on("before", () => {
    // It spoke of the last click.
    notice().replaceChildren();
    timer = setTimeout(() => (notice().textContent = WAITING), WAIT_MS);
  });
  on("finally", (ctx) => {
    clearTimeout(timer);
    // Its fragments are on their way: until they are here the page is as it was.
    if (ctx === last.ctx) last = ctx.response?.status === 204 ? { done: last.words } : {};
    if (notice().textContent === WAITING) notice().replaceChildren();
  });
}
