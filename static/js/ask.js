/* Every request of the page goes through here, and here is decided what is said of one that failed.
 * What comes back is fragments: the server's, whose own sentence is the better one, or a notice in their place. */
import { dropPassingNotice } from "./notice.js";

const PATIENCE_MS = 12000;
const CAUSES = {
  0: "The server cannot be reached",
  413: "This is larger than the way to the server allows",
  429: "Too much was asked of the server in a short while",
  500: "Something went wrong on the server",
  TimeoutError: `The server has not answered for ${PATIENCE_MS / 1000} seconds`,
};

function causeOf(status, error) {
  const known = CAUSES[error] ?? CAUSES[status];
  if (known) return known;
  if (status > 500) return "The server behind this address does not answer";
  return status >= 400
    ? "Something on the way to the server refused this"
    : "Something else than the server answered, perhaps the log-in page of a network";
}

function outcomeOf(status, isAct) {
  if (!isAct) return "The page shows what it last heard.";
  if (status === 429) return "Nothing was done: wait a moment, then press again.";
  if (status >= 400 && status < 500) return "Nothing was done.";
  return "It may have been done: while the page is live, it shows whether.";
}

function notice(status, error, isAct) {
  const number = status >= 400 ? ` (${status})` : "";
  const sentence = `${causeOf(status, error)}${number}. ${outcomeOf(status, isAct)}`;
  return `<hx-partial hx-target="#notice" hx-swap="outerMorph"><div id="notice" class="notice" role="alert"><p>${sentence}</p></div></hx-partial>`;
}

function send(url, request) {
  const headers = { ...request.headers, "HX-Request": "true" };
  return fetch(url, { ...request, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
}

/* A login in another tab changes the token. The server then does nothing, and sends one with which to ask again. */
async function sendWithToken(url, request) {
  const response = await send(url, request);
  const token = response.headers.get("X-CSRF-Token");
  if (!token) return response;
  for (const input of document.getElementsByName("csrfmiddlewaretoken")) input.value = token;
  request.body.set("csrfmiddlewaretoken", token);
  return send(url, request);
}

/* Never throws. `isHeard`: it is the server that answered, and it did not refuse. Other notices pass if isPassing. */
export async function ask(url, request = {}) {
  const isAct = request.method === "POST";
  let [status, headers, text, error] = [0, new Headers(), ""];
  try {
    const response = await sendWithToken(url, request);
    text = await response.text();
    ({ status, headers } = response);
  } catch (failure) {
    error = failure.name;
  }
  const isOurs = status === 204 || status === 304 || text.startsWith("<hx-partial");
  const isHeard = isOurs && status < 400;
  if (isHeard) dropPassingNotice();
  if (!isOurs) text = notice(status, error, isAct);
  if (!isHeard && (request.isPassing ?? !isAct)) text = text.replace('<div id="notice"', "$& data-passing");
  return { status, headers, isOurs, isHeard, text: async () => text };
}
