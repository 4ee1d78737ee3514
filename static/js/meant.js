/* Rings the button that the guide's caption means, which it names by what it sends, and brings it in sight when it is
 * another than before. */
let before = "";

function mark() {
  const { action, url } = document.getElementById("guide").dataset;
  const meant = action || url;
  const sends = (button) => (action ? button.value === action : button.formAction.endsWith(url));
  const found = meant && [...document.querySelectorAll(".side .button")].find(sends);
  for (const button of document.querySelectorAll(".is-meant")) button.classList.remove("is-meant");
  found?.classList.add("is-meant");
  if (meant !== before) found?.scrollIntoView({ block: "nearest" });
  before = meant;
}

export function markWhatIsMeant() {
  document.addEventListener("htmx:after:swap", mark);
  mark();
}
