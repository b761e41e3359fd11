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
