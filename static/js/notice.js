/* A notice speaks of the last click: the next one clears it. */
export function clearNotice() {
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.request.method === "POST") document.getElementById("notice")?.replaceChildren();
  });
}
