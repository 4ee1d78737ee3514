/* Keeps the newest event in sight, unless the viewer has scrolled up. */
const NEAR_PX = 60;

export function followLadder() {
  const pane = document.querySelector("[data-follow]");
  let follows = true;
  const toNewest = () => {
    if (follows) pane.scrollTop = pane.scrollHeight;
  };
  pane.addEventListener("scroll", () => {
    follows = pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR_PX;
  });
  // A viewer who opens an old band wants to stay there. Not by "toggle": a new open band fires that too.
  pane.addEventListener("click", ({ target }) => {
    if (target.closest("summary")) follows = false;
  });
  new MutationObserver(toNewest).observe(pane, { childList: true, subtree: true });
  new ResizeObserver(toNewest).observe(pane);
  toNewest();
}
