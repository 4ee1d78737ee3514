/* Single keys act on the page unless a control has the focus, and can be turned off (WCAG 2.1.4). */
const STORED = "syncscope-keys";
const NAMES = { " ": "next", ".": "next", ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back" };
const CONTROLS = "a, button, input, select, textarea, summary";

const areOn = () => localStorage.getItem(STORED) !== "off";

function target(name) {
  // Who looks back steps forward; who is live delivers.
  if (name === "next") {
    return document.querySelector("body.is-past [data-key=forward], body:not(.is-past) [data-next] button:not([aria-disabled])");
  }
  return document.querySelector(`[data-key="${CSS.escape(name)}"]:not([aria-disabled])`);
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.activeElement.closest(CONTROLS) || !areOn()) return;
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
  const toggle = document.querySelector("[data-keys-switch]");
  toggle.checked = areOn();
  toggle.addEventListener("change", () => localStorage.setItem(STORED, toggle.checked ? "on" : "off"));
}
