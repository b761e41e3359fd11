// What all pages have in common: htmx sends the page's token by itself; nothing else is needed here but going where the
// server says.
"use strict";
const troubleOf = (text) => {
  try {
    return JSON.parse(text).trouble;
  } catch {
    return undefined;
  }
};
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  if (status === 403 && responseText === "no token") { // another session has begun in another tab
    location.reload();
    return;
  }
  const note = document.createElement("p");
  note.className = "toast";
  note.setAttribute("role", "alert");
  note.textContent = troubleOf(responseText) ?? document.body.dataset.trouble;
  document.body.append(note);
  setTimeout(() => note.remove(), 4000);
});
// The name of a file that was chosen, in the page's own words where there is none; what is counted is then that file.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("input[type=file][data-chosen]")) return;
  const said = document.getElementById(target.dataset.chosen);
  said.dataset.none ??= said.textContent;
  said.textContent = target.files[0]?.name ?? said.dataset.none;
  const source = target.closest("fieldset")?.querySelector("input[type=radio][value=file]");
  if (source && target.files.length) source.checked = true;
});
// On a phone the names of the pages go on beyond the screen: the one that is open is in sight.
const current = document.querySelector(".bar nav [aria-current]");
if (current) {
  const bar = current.closest("nav"), [at, room] = [current, bar].map((part) => part.getBoundingClientRect());
  if (at.right > room.right) bar.scrollLeft += at.right - room.right + 40;
}
