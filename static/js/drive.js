/* The page of a drive link: its key stands after the #, which no browser sends. It is put into the form and posted,
 * and taken out of the address, which the browser's history keeps. */
const form = document.getElementById("drive-link");

function follow() {
  const key = location.hash.slice(1);
  if (!key) return;
  form.elements.drive_key.value = key;
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}

addEventListener("hashchange", follow);
follow();
