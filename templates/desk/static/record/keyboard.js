// Rows by keys alone.
import { firstBox } from "./fields.js";
import { fill } from "./page.js";
import { moved, newRow, removed } from "./rows.js";
import { changed } from "./saving.js";

fill.addEventListener("keydown", (event) => {
  if (event.isComposing) return;  // the key chooses a word, and leads nowhere
  const row = event.target.closest("[data-row]");
  if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  if (!row) return;
  const column = [...row.querySelectorAll("input,select,textarea")].indexOf(event.target);
  const goTo = (other) => other?.querySelectorAll("input,select,textarea")[column]?.focus();
  if (event.ctrlKey && event.key === "Enter") {
    event.preventDefault();
    const made = newRow(row.closest("[data-repeat]"), row);
    if (made) firstBox(made)?.focus();
    changed();
  } else if (event.ctrlKey && event.key === "Delete") {
    event.preventDefault();
    removed(row);
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    moved(row, event.key === "ArrowUp" ? -1 : 1);
    goTo(row);
  } else if (event.key === "Enter" && event.target.matches("input")) {
    goTo(row.nextElementSibling ?? newRow(row.closest("[data-repeat]")));
  }
});
