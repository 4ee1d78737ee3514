/* A passing notice tells of the connection, so it goes when the server is heard again; others stay until the next click. */
export function dropPassingNotice() {
  const notice = document.querySelector("#notice[data-passing]");
  notice?.replaceChildren();
  notice?.removeAttribute("data-passing");
}
