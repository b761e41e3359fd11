// Forms that send their texts as JSON, and go where the answer says, or show what it says.
"use strict";
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-send]");
  if (!form) return;
  event.preventDefault();
  const said = form.querySelector("[data-said]");
  const button = event.submitter;
  if (button) button.disabled = true;
  try {
    const values = Object.fromEntries(new FormData(form));
    if (button?.name) values[button.name] = button.value;
    const answer = await fetch(form.dataset.send, {
      method: "POST", body: JSON.stringify(values),
      headers: {
        "content-type": "application/json",
        "x-desk-token": document.querySelector('meta[name="desk-token"]').content,
      },
    });
    if (answer.status === 403 || (answer.status === 401 && form.dataset.send !== "/login" && !said)) {
      location.reload();
      return;
    }
    const told = await answer.json();
    if (told.go) {
      location.assign(told.go);
      return;
    }
    if (said) said.textContent = told.said ?? told.trouble ?? "";
  } catch {
    if (said) said.textContent = said.dataset.said;
  }
  if (button) button.disabled = false;
  if (form.querySelector("select[data-sends]")) form.reset();
  form.querySelector("input[type=password]")?.focus();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-sends]")) event.target.form.requestSubmit();
});
