// Rows of a table: added as far as its form allows, moved, removed.
import { firstBox, rowsOf } from "./fields.js";
import { saved, words } from "./page.js";
import { changed } from "./saving.js";
import { addRow } from "./writing.js";

const hasRoom = (part) => {
  if ("locked" in part.dataset) return false;
  const most = Number(part.dataset.most ?? Infinity);
  if (rowsOf(part).length < most) return true;
  saved.textContent = words.rows_full.replace("{count}", most);
  return false;
};
export const newRow = (part, after = null) => (hasRoom(part) ? addRow(part, after) : null);
export const moved = (row, by) => {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  changed();
};
export const removed = (row) => {
  const part = row.closest("[data-repeat]");
  if ("locked" in part.dataset) return;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  if (!rowsOf(part).length) addRow(part);
  firstBox(next ?? rowsOf(part)[0])?.focus();
  changed();
};
