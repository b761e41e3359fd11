// The place in the record that each part of the page is for.
import { firstBox, keyOf, partsOf, readAll, rowsOf } from "./fields.js";
import { fill } from "./page.js";

export let byPointer = new Map();
// Only what is another than before is written: a table of hundreds of rows would be laid out anew for each key.
const point = (part, pointer) => {
  if (part.dataset.pointer !== pointer) part.dataset.pointer = pointer;
  byPointer.set(pointer, part);
};
const step = (key) => key.replaceAll("~", "~0").replaceAll("/", "~1");
export const index = () => {
  byPointer = new Map();
  const look = (root, at) => {
    for (const part of partsOf(root)) {
      const pointer = `${at}/${step(keyOf(part))}`;
      point(part, pointer);
      if ("section" in part.dataset) look(part, pointer);
      if ("repeat" in part.dataset) rowPointers(part, pointer, look);
    }
  };
  look(fill, "");
};
// Empty rows are none of the record's: one between others has no place in it, those at the end have the next ones.
const rowPointers = (part, pointer, look) => {
  const rows = rowsOf(part);
  const isFull = rows.map((row) => Object.keys(readAll(row)).length > 0);
  const last = isFull.lastIndexOf(true);
  let number = 0;
  rows.forEach((row, n) => {
    const serial = row.querySelector("[data-serial]");
    if (serial && serial.textContent !== String(n + 1)) serial.textContent = String(n + 1);
    if (!isFull[n] && n < last) {
      for (const one of [row, ...row.querySelectorAll("[data-pointer]")]) delete one.dataset.pointer;
      return;
    }
    const at = `${pointer}/${number}`;
    number += 1;
    point(row, at);
    look(row, at);
  });
};
export const nearest = (pointer) => {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) if (byPointer.has(at)) return byPointer.get(at);
  return null;
};
export const focusOn = (pointer) => {
  const part = nearest(pointer);
  const box = part?.matches("input,select,textarea") ? part : part && (firstBox(part) ?? part.querySelector("[tabindex]"));
  (box ?? part)?.focus({ preventScroll: true });
  part?.scrollIntoView({ block: "center" });
};
