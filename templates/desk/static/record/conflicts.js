// What is said above a record that can't be saved: somebody else was first, or the session is over.
import { readAll } from "./fields.js";
import { forget } from "./keeping.js";
import { button, desk, fill, form, saved, words } from "./page.js";
import { send } from "./sending.js";

export let stopped = false;

// A line above the record, with what can be done about it.
const told = (text, ...buttons) => {
  const note = document.createElement("div");
  note.className = "banner";
  note.setAttribute("role", "alert");
  const said = document.createElement("p");
  said.textContent = text;
  note.append(said, ...buttons);
  desk.before(note);
  return note;
};
const asAnother = (values) => async () => {
  const answer = await send(`/forms/${form}/records`, "POST", JSON.stringify({ values: values() }));
  if (!answer.ok) return;
  forget();
  location.assign(answer.headers.get("location"));
};

// The session is over, or another has begun in another tab: what was typed waits here until the page is loaded anew.
export const loggedOut = () => {
  if (stopped) return;
  stopped = true;
  told(words.logged_out, button(words.login, () => location.reload()));
  saved.textContent = words.logged_out_short;
};
export const conflict = ({ by, at }) => {
  stopped = true;
  const theirs = button(words.conflict_theirs, () => {
    forget();
    location.reload();
  });
  told(
    words.conflict.replace("{by}", by).replace("{at}", at), theirs,
    button(words.conflict_copy, asAnother(() => readAll(fill))),
  );
  saved.textContent = words.conflict_short;
};
// What waited here was typed into a record that others have changed since: it is for whoever typed it to decide.
export const left = (values) => {
  const note = told(
    words.left_behind, button(words.conflict_copy, asAnother(() => values)),
    button(words.left_drop, () => {
      forget();
      note.remove();
    }),
  );
};
