// What all pages have in common: htmx sends the page's token by itself; nothing else is needed here but going where the
// server says.
"use strict";
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  if (status === 403 && responseText === "no token") { // another session has begun in another tab
    location.reload();
    return;
  }
  const note = document.createElement("p");
  note.className = "toast";
  note.setAttribute("role", "alert");
  note.textContent = `${status}`;
  document.body.append(note);
  setTimeout(() => note.remove(), 4000);
});
// Times are the store's, of no zone; whoever reads them has a clock.
const local = (at) => {
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
};
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.valueOf())) time.textContent = local(at);
}
