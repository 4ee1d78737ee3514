/* Keeps the page at the lab's present: by htmx's socket, and without one by asking every 2 s.
 * [data-live] names the socket, [data-fragments] where to ask; #connection says which of the two it is. */
import { ask } from "./ask.js";
import { dropPassingNotice } from "./notice.js";

const POLL_MS = 2000;
// The server's heartbeat comes every 6 s. A browser does not tell that a connection is dead.
const SILENT_MS = 14000;
const LAB_NOT_FOUND = 4404;
const TOO_MANY_SOCKETS = 4429;
const WORDS = { live: "Live", polling: "Polling", offline: "Reconnecting", gone: "Ended" };

let root;
let state = "";
let tag = "";
let timer;
let silence;

function show(next = state) {
  state = next;
  const classes = document.body.classList;
  const isUpToDate = state === "live" || state === "polling";
  classes.toggle("is-live", state === "live");
  classes.toggle("is-polling", state === "polling");
  classes.toggle("is-offline", state && !isUpToDate);
  const connection = document.getElementById("connection");
  // A page of the past is up to date, but what it shows is not live.
  const word = isUpToDate && classes.contains("is-past") ? "Past" : WORDS[state];
  // A status region speaks at every write.
  if (word && connection.textContent !== word) connection.textContent = word;
}

/* Each fragment in the text goes to the place that it names. */
export function swap(text) {
  return htmx.swap({ sourceElement: root, target: root, swap: "innerHTML swapEmpty:false", text });
}

async function refetch() {
  // A page of a step asks for that step.
  const answer = await ask(root.dataset.fragments + location.search, { headers: { "If-None-Match": tag } });
  // What is said of a click is not replaced, and of a server that cannot be reached the state says enough.
  const isSaid = document.querySelector("#notice:not(:empty, [data-passing])");
  if (answer.isHeard || (answer.status && !isSaid)) await swap(await answer.text());
  if (answer.isOurs && answer.status === 404) return "gone";
  if (!answer.isHeard) return "offline";
  tag = answer.headers.get("ETag");
  return "polling";
}

async function poll() {
  clearTimeout(timer);
  const found = await refetch();
  if (state === "gone" || (state === "live" && found !== "gone")) return;
  show(found);
  clearTimeout(timer);
  if (found !== "gone") timer = setTimeout(poll, POLL_MS);
}

/* A socket from which nothing comes is taken for closed, as one that is never opened: htmx then opens another. */
function listen({ detail: { connection } }) {
  clearTimeout(silence);
  silence = setTimeout(() => connection.socket?.dispatchEvent(new CloseEvent("close", { code: 1006 })), SILENT_MS);
}

function onClose({ detail }) {
  clearTimeout(silence);
  if (detail.code === LAB_NOT_FOUND) show("gone");
  if (state !== "live") return;
  show("offline");
  timer = setTimeout(poll, detail.code === TOO_MANY_SOCKETS ? 0 : POLL_MS);
}

function afterPost(isDone) {
  if (state !== "gone" && (state !== "live" || !isDone)) poll();
}

/* What follows #revision in a message is of that revision: none of it where the page is newer. What is put in beside
 * other things may be there already, on a page that has asked meanwhile. */
function keepNewer({ detail: { tasks } }) {
  const isOld = ({ target, fragment }) => target?.id === "revision" && fragment.firstElementChild.value - target.value < 0;
  const first = tasks.findIndex(isOld);
  if (first >= 0) tasks.splice(first);
  for (const { fragment, swapSpec } of tasks) {
    if (!/^(after|before)/.test(swapSpec?.style)) continue;
    for (const { id } of fragment.querySelectorAll("[id]")) document.getElementById(id)?.remove();
  }
}

export function followLab() {
  root = document.querySelector("[data-live]");
  if (!window.htmx) return;
  // What the viewer has opened or folded stays so.
  htmx.config.morphIgnore = ["data-htmx-powered", "open"];
  // A driver who looks at slides for a while still drives.
  htmx.config.ws = { ...htmx.config.ws, reconnectMaxDelay: 5000, pauseOnBackground: false };
  document.addEventListener("htmx:before:swap", keepNewer);
  document.addEventListener("htmx:after:swap", () => show());
  for (const event of ["before:connection", "after:connection", "before:message:incoming"]) {
    document.addEventListener(`htmx:ws:${event}`, listen);
  }
  document.addEventListener("htmx:ws:after:connection", () => {
    clearTimeout(timer);
    dropPassingNotice();
    show("live");
  });
  document.addEventListener("htmx:ws:close", onClose);
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.request.method === "POST") afterPost(ctx.response?.status === 204);
  });
  document.addEventListener("lab:posted", () => afterPost(true));
  timer = setTimeout(poll, POLL_MS);
  root.setAttribute("hx-ws:connect", root.dataset.live);
  htmx.process(root);
}
