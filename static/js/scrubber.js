/* Letting go of the scrubber shows that step. */
export function submitScrubber() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-scrubber]");
    if (form) form.requestSubmit();
  });
}
