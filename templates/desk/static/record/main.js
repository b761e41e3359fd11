// A record being filled in: what was typed goes to the server as a draft at once, and the paper is shown anew beside it.
import { clears, grow } from "./boxes.js";
import { firstBox } from "./fields.js";
import "./keyboard.js";
import { dress } from "./moments.js";
import { fill, readOnly } from "./page.js";
import { look, mark, seeSoon } from "./paper.js";
import { pasted } from "./pasting.js";
import { showPicture, takePicture } from "./pictures.js";
import { index } from "./pointers.js";
import { moved, newRow, removed } from "./rows.js";
import { changed, composes, flush, save, waiting } from "./saving.js";
import { links } from "./taking.js";
import { writeAll } from "./writing.js";

fill.addEventListener("input", (event) => {
  if (event.target.type === "file") return;
  grow(event.target);
  composes(event.isComposing);
  if (event.isComposing) return;
  if (event.target.matches("[type=radio]")) clears(event.target.closest("[data-field]"));
  changed();
});
fill.addEventListener("compositionend", () => {
  composes(false);
  changed();
});
fill.addEventListener("change", (event) => {
  if (event.target.type === "file") takePicture(event.target.closest("[data-picture]"), event.target.files[0]);
});
fill.addEventListener("focusin", (event) => {
  const part = event.target.closest("[data-pointer]");
  if (part) mark(part.dataset.pointer);
});
fill.addEventListener("submit", (event) => event.preventDefault());
fill.addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (!pressed) return;
  const row = pressed.closest("[data-row]");
  if ("add" in pressed.dataset) {
    const made = newRow(pressed.closest("[data-repeat]"));
    if (!made) return;
    changed();
    firstBox(made)?.focus();
  } else if ("removeRow" in pressed.dataset) removed(row);
  else if ("up" in pressed.dataset) moved(row, -1);
  else if ("down" in pressed.dataset) moved(row, 1);
  else if ("clear" in pressed.dataset) {
    const part = pressed.closest("[data-field]");
    for (const tick of part.querySelectorAll("input")) tick.checked = false;
    part.querySelector("input").focus();
    clears(part);
    changed();
  } else if ("remove" in pressed.dataset) {
    showPicture(pressed.closest("[data-picture]"), "");
    changed();
  }
});
fill.addEventListener("paste", (event) => {
  const box = event.target.closest("[data-picture]");
  const file = [...(event.clipboardData?.files ?? [])][0];
  if (box && file) takePicture(box, file);
  else pasted(event);
});
fill.addEventListener("dragover", (event) => {
  if (event.target.closest("[data-picture]")) event.preventDefault();
});
fill.addEventListener("drop", (event) => {
  const box = event.target.closest("[data-picture]");
  if (!box) return;
  event.preventDefault();
  takePicture(box, event.dataTransfer.files[0]);
});
for (const id of ["see-lang", "see-purpose", "see-mask"]) {
  document.getElementById(id).addEventListener("change", () => {
    seeSoon();
    links();
  });
}
addEventListener("pagehide", flush);

writeAll(fill, await waiting() ?? JSON.parse(document.getElementById("values").textContent));
dress(fill);
index();
links();
look();
save();
if (readOnly) for (const box of fill.querySelectorAll("input,select,textarea,button")) box.disabled = true;
