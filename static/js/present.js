/* From a presenter's page every link to a step of a lab leads to a presenter's page; forms have a field of their own. */
export function keepPresenting() {
  if (!document.body.classList.contains("is-presenting")) return;
  const keep = ({ target }) => {
    const link = target.closest("a[href^='/labs/']:not([data-leaves])");
    if (!link) return;
    const url = new URL(link.href);
    url.searchParams.set("present", "1");
    link.href = url;
  };
  document.addEventListener("click", keep, true);
}
