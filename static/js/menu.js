/* The menu of a message in flight, at its envelope: what the queue has of it, shown twice. Its buttons are those of the
 * drive form. Without it the envelope is a link to the queue. */
const GAP_PX = 12;
const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

let menu;
let number = "";
let acted = false;

const envelope = () => document.querySelector(`#ladder .envelope[data-message="${number}"]`);
const buttons = () => [...menu.querySelectorAll(".queued-buttons button")];

/* Every copy of the message has a place of its own in the queue. */
function fill() {
  const items = document.querySelectorAll(`#inflight .queued[data-number="${number}"]`);
  const copies = [...items].map((item) => item.cloneNode(true));
  for (const each of copies.flatMap((copy) => [copy, ...copy.querySelectorAll("*")])) {
    for (const name of ["id", "data-key", "data-next"]) each.removeAttribute(name);
  }
  menu.replaceChildren(...copies);
  return copies.length > 0;
}

function place() {
  const { left, top, bottom, width } = envelope().getBoundingClientRect();
  const isAbove = bottom + GAP_PX + menu.offsetHeight > innerHeight;
  const middle = left + width / 2;
  const x = Math.max(8, Math.min(middle - menu.offsetWidth / 3, innerWidth - menu.offsetWidth - 8));
  menu.classList.toggle("is-above", isAbove);
  menu.style.left = `${x}px`;
  menu.style.top = `${isAbove ? top - GAP_PX - menu.offsetHeight : bottom + GAP_PX}px`;
  menu.style.setProperty("--notch", `${middle - x - 7}px`);
}

function open(link) {
  number = link.dataset.message;
  if (!document.getElementById("drive") || !fill()) return false;
  menu.showPopover();
  place();
  buttons()[0].focus();
  return true;
}

function close() {
  const hadFocus = menu.contains(document.activeElement);
  menu.hidePopover();
  if (hadFocus) (envelope() ?? document.querySelector("[data-follow]")).focus({ preventScroll: true });
}

function onKey(event) {
  const link = event.target.closest(".envelope");
  if (link && (event.key === " " || event.key === "Enter")) {
    if (open(link)) event.preventDefault();
    return;
  }
  if (!menu.contains(event.target)) return;
  if (event.key === "Escape") {
    event.preventDefault();
    close();
  } else if (event.key === "Tab") {
    close();
  } else if (STEP[event.key]) {
    event.preventDefault();
    const all = buttons();
    all.at((all.indexOf(event.target) + STEP[event.key]) % all.length).focus();
  }
}

/* The message may be gone, by this page's act or another's. */
function refresh() {
  if (!menu.matches(":popover-open")) return;
  const at = buttons().indexOf(document.activeElement);
  if (acted || !envelope() || !fill()) close();
  else if (at >= 0) (buttons()[at] ?? buttons()[0]).focus();
  acted = false;
}

export function openMenus() {
  menu = document.getElementById("message-menu");
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".envelope");
    if (link && open(link)) event.preventDefault();
    else if (event.target.closest("#message-menu button[form]")) acted = true;
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:after:swap", refresh);
}
