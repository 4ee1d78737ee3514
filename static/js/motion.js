/* What a step did is seen happening. The server's fragment is the end already: this only leads the eye there. One read
 * before the swap and one after it, then all writes: Web Animations of transform and opacity. The next step ends them. */
const SLOW = { travel: 250, badge: 220, badgeAfter: 200, fade: 120, fadeAfter: 250, set: 200, setAfter: 300, move: 250 };
const FAST = { travel: 140, badge: 120, badgeAfter: 0, fade: 80, fadeAfter: 140, set: 120, setAfter: 140, move: 120 };
const [ALONG, INTO, OUT] = ["cubic-bezier(.3,0,.2,1)", "cubic-bezier(.2,0,0,1)", "cubic-bezier(0,0,.2,1)"];
const CHANGED = "#cards .card-line.is-changed, #cards .pairs .is-changed";
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

let running = [];
let before;

const state = () => document.getElementById("drive-state").dataset;
const all = (selector) => [...document.querySelectorAll(selector)];

function middle(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

/* A lab that runs at once, a page of the past and one that nobody sees stand still. */
function read() {
  const { step, pace } = state();
  if (!step || pace === "0" || document.hidden || STILL.matches) return null;
  const pane = document.querySelector("[data-follow]");
  const envelopes = new Map();
  for (const link of all("#ladder .envelope")) {
    envelopes.set(link.dataset.message, { link, at: middle(link.querySelector("use")) });
  }
  const sides = all("#verdict .verdict-sides").map((each) => each.textContent).join();
  return { step: Number(step), times: pace === "300" ? FAST : SLOW, pane: pane.scrollTop, envelopes, sides };
}

/* One end of an arrow: arrows run down. */
function end(line, isStart) {
  if (!line) return null;
  const { left, right, top, bottom } = line.getBoundingClientRect();
  const goesRight = parseFloat(line.getAttribute("x2")) > parseFloat(line.getAttribute("x1"));
  return { x: goesRight !== isStart ? right : left, y: isStart ? top : bottom };
}

const arrived = (number) => all(`#ladder line[id*="-a${number}-"]:not(.is-lost)`).at(-1);
const left = (number) => all(`#ladder line.is-in-flight[id$="-a${number}"]`).at(-1);

function animate(element, frames, duration, easing, delay = 0) {
  const animation = element.animate(frames, { duration, easing, delay, fill: "backwards" });
  running.push(animation);
  return animation;
}

/* A copy above the page goes from one point to another. */
function fly(ghost, from, to, ...timing) {
  ghost.classList.add("in-motion");
  ghost.setAttribute("aria-hidden", "true");
  document.body.append(ghost);
  const put = ({ x, y }) => ({ transform: `translate(${x}px, ${y}px) translate(-50%, -50%)` });
  animate(ghost, [put(from), put(to)], ...timing).onfinish = () => ghost.remove();
}

/* The badge in a changed line that a message has brought there: the one that its arrow carries, if that has any. */
function landing(changed, number) {
  const carried = document.querySelector(`#ladder svg[id*="-v${number}-"] text`)?.textContent;
  const badges = changed.flatMap((line) => [...line.querySelectorAll(".av")]);
  return badges.find((each) => !carried || each.querySelector("b").textContent === carried);
}

function envelope() {
  const ghost = document.createElement("span");
  ghost.innerHTML = '<svg class="envelope-ghost"><use href="#envelope"/></svg>';
  return ghost;
}

function play() {
  const was = before;
  before = null;
  const now = was && read();
  if (!now || now.step <= was.step) return;
  const { times } = now;
  const flights = [...was.envelopes]
    .filter(([number]) => !now.envelopes.has(number))
    .map(([number, { at }]) => [at, end(arrived(number)), number])
    .filter(([, to]) => to);
  const changed = all(CHANGED).filter((each) => each.checkVisibility());
  const badge = flights.length && landing(changed, flights[0][2]);
  const goal = badge && middle(badge);
  const sent = [...now.envelopes]
    .filter(([number]) => !was.envelopes.has(number))
    .map(([number, { link, at }]) => [link, at, end(left(number), true) ?? at]);
  const rows = all("#ladder .band-drawing svg.on-current").filter((each) => /-w\d+$/.test(each.id));
  const verdicts = now.sides === was.sides ? [] : all("#verdict .verdict-sides .av, #verdict .verdict-block h2");

  if (now.pane > was.pane) {
    const moved = [{ transform: `translateY(${now.pane - was.pane}px)` }, { transform: "none" }];
    animate(document.getElementById("ladder"), moved, times.move, "ease-in-out");
  }
  for (const [from, to] of flights) fly(envelope(), from, to, times.travel, ALONG);
  if (badge) fly(badge.cloneNode(true), flights[0][1], goal, times.badge, INTO, times.badgeAfter);
  for (const row of rows) animate(row, { opacity: [0, 1] }, times.fade, "linear");
  for (const line of [...changed, ...verdicts]) {
    animate(line, { opacity: [0.25, 1] }, times.fade, "linear", flights.length ? times.fadeAfter : 0);
  }
  for (const [link, at, from] of sent) {
    const frames = [{ transform: `translate(${from.x - at.x}px, ${from.y - at.y}px)`, opacity: 0 }, { opacity: 1 }];
    animate(link, frames, times.set, OUT, flights.length ? times.setAfter : 0);
  }
}

export function showMotion() {
  document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => {
    if (!tasks.some(({ target }) => target?.id === "revision")) return;
    for (const each of running) each.finish();
    running = [];
    before = read();
  });
  // The pane that follows the newest row has moved by then.
  document.addEventListener("htmx:after:swap", () => queueMicrotask(play));
}
