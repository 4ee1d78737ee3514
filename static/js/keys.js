/* Single keys act on the page unless what has the focus needs them, and can be turned off (WCAG 2.1.4). */
const STORED = "syncscope-keys";
const NAMES = { " ": "next", ".": "next", ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back" };
const TEXTS = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const PRESSED = { " ": "button, summary, input", Enter: "a, button, summary", ArrowLeft: "input", ArrowRight: "input" };
// In front of a room the next step of the scenario, else of what is in flight; who looks back steps forward.
const NEXT = [
  "body.is-past [data-key=forward]",
  "body.is-presenting:not(.is-past) [data-key=j]:not([aria-disabled])",
  "body:not(.is-past) [data-key=n]:not([aria-disabled])",
];

const areOn = () => localStorage.getItem(STORED) !== "off";

function target(name) {
  const wanted = name === "next" ? NEXT : [`[data-key="${CSS.escape(name)}"]:not([aria-disabled])`];
  return wanted.map((each) => document.querySelector(each)).find(Boolean);
}

const isTaken = ({ key }) => document.activeElement.closest(PRESSED[key] ? `${TEXTS}, ${PRESSED[key]}` : TEXTS);

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTaken(event) || !areOn()) return;
  if (event.key === "?") {
    document.getElementById("help").togglePopover();
    return;
  }
  const control = target(NAMES[event.key] ?? event.key.toLowerCase());
  if (!control) return;
  event.preventDefault();
  control.click();
}

export function listenToKeys() {
  document.addEventListener("keydown", onKey);
  // Space is the presenter's again after a click with the mouse; who came by keyboard stays where they are.
  document.addEventListener("click", ({ target, detail }) => {
    if (detail) target.closest("button, a, summary")?.blur();
  });
  const toggle = document.querySelector("[data-keys-switch]");
  toggle.checked = areOn();
  toggle.addEventListener("change", () => localStorage.setItem(STORED, toggle.checked ? "on" : "off"));
}
