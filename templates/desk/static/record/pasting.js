// A block of cells of a spreadsheet, pasted over the cells of a table.
import { grow, select } from "./boxes.js";
import { newRow } from "./rows.js";
import { changed } from "./saving.js";

// A block as spreadsheets put it on the clipboard: cells between tabs, in quotation marks where they hold line ends.
const cells = (text) => {
  const rows = [[""]];
  let quoted = false;
  for (let n = 0; n < text.length; n += 1) {
    const row = rows[rows.length - 1], sign = text[n];
    if (quoted) {
      if (sign !== '"') row[row.length - 1] += sign;
      else if (text[n + 1] === '"') { row[row.length - 1] += '"'; n += 1; }
      else quoted = false;
    } else if (sign === '"' && row[row.length - 1] === "") quoted = true;
    else if (sign === "\t") row.push("");
    else if (sign === "\n") rows.push([""]);
    else if (sign !== "\r") row[row.length - 1] += sign;
  }
  if (rows.length > 1 && rows[rows.length - 1].join("") === "") rows.pop();
  return rows;
};
export const pasted = (event) => {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const cell = event.target.closest("td");
  const part = event.target.closest("[data-repeat]");
  if (!cell || !part || !(text.includes("\t") || /\n./.test(text.trim()))) return;
  const block = cells(text);
  if (event.target.tagName === "TEXTAREA" && block.every((line) => line.length === 1) && !text.includes("\t")
      && !/\n/.test(text.trim())) return;
  event.preventDefault();
  let row = cell.closest("[data-row]");
  const first = [...row.children].indexOf(cell);
  block.forEach((line, n) => {
    if (n) row &&= row.nextElementSibling ?? newRow(part);
    line.forEach((value, m) => {
      const box = row?.children[first + m]?.querySelector("[data-value]");
      if (!box || box.hidden || "computed" in box.dataset || "picture" in box.dataset) return;
      if (box.tagName === "SELECT") select(box, value);
      else box.value = value;
      grow(box);
    });
  });
  changed();
};
