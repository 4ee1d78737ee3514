/* Underlines each abbreviation where it comes first on a page; hover, focus and tap say what it stands for. */
const SKIPPED = "h1, a, button, label, option, summary, code, svg, textarea, .visually-hidden, [data-no-terms]";
const texts = new Map();
for (const each of document.getElementById("terms")?.content.children ?? []) texts.set(each.dataset.term, each);
const note = document.getElementById("term");

function underline(node, left) {
  const found = left.exec(node.data);
  if (!found) return;
  const rest = node.splitText(found.index);
  const button = Object.assign(document.createElement("button"), { type: "button", className: "term", textContent: found[0] });
  rest.data = rest.data.slice(found[0].length);
  rest.before(button);
  texts.get(found[0]).isUsed = true;
  underline(rest, wanted());
}

// An abbreviation is a word: that of "P1a" or "S1-MME" is another.
const wanted = () => {
  const left = [...texts].filter(([, text]) => !text.isUsed).map(([term]) => term);
  return new RegExp(left.length ? `(?<![\\w-])(?:${left.join("|")})(?![\\w-])` : "$^");
};

function show(button) {
  note.replaceChildren(texts.get(button.textContent).cloneNode(true));
  note.showPopover();
  const { left, bottom } = button.getBoundingClientRect();
  note.style.left = `${Math.max(8, Math.min(left, innerWidth - note.offsetWidth - 8))}px`;
  note.style.top = `${bottom + 4}px`;
}

const hide = () => note.hidePopover();
const onTerm = (then) => ({ target }) => target.closest?.(".term") && then(target);

if (note) {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(SKIPPED)) nodes.push(walker.currentNode);
  for (const node of nodes) underline(node, wanted());
  for (const event of ["mouseover", "focusin", "click"]) document.addEventListener(event, onTerm(show));
  for (const event of ["mouseout", "focusout"]) document.addEventListener(event, onTerm(hide));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
}
