// A record put into the fields of the page, a row for each of a table's.
import { keyOf, partsOf, readAll, rowsOf } from "./fields.js";
import { dress } from "./moments.js";
import { clears, grow, select } from "./boxes.js";
import { showPicture } from "./pictures.js";
import { showSigned } from "./signing.js";

const write = (part, value) => {
  if ("section" in part.dataset) return writeAll(part, value ?? {});
  if ("repeat" in part.dataset) {
    part.querySelector("[data-rows]").replaceChildren();
    const preset = JSON.parse(part.dataset.preset ?? "[]");
    const blank = preset.length ? preset : Array.from({ length: Number(part.dataset.blank) }, () => ({}));
    for (const row of value?.length ? value : blank) writeAll(addRow(part), row);
    if (preset.length && !value?.length) part.dataset.printed = JSON.stringify(rowsOf(part).map(readAll));
    return undefined;
  }
  const ticks = [...part.querySelectorAll("input[type=radio],input[type=checkbox]")];
  if (ticks.length) {
    const on = Array.isArray(value) ? value.map(String) : [String(value ?? "")].filter(Boolean);
    for (const tick of ticks) tick.checked = on.includes(tick.value);
    for (const one of on) if (!ticks.some((tick) => tick.value === one)) strangeTick(ticks[0], one);
    clears(part);
    return undefined;
  }
  const box = part.matches("[data-value]") ? part : part.querySelector("[data-value]");
  if (!box || "computed" in box.dataset) return undefined;
  if ("picture" in box.dataset) return showPicture(box, typeof value === "string" ? value : "");
  if (box.tagName === "SELECT" && box.multiple) {
    for (const option of box.options) option.selected = (value ?? []).map(String).includes(option.value);
    return undefined;
  }
  if (box.tagName === "SELECT") select(box, String(value ?? ""));
  else if (box.closest("[data-signing]")) showSigned(box, String(value ?? ""));
  else box.value = Array.isArray(value) ? value.join("\n") : String(value ?? "");
  if ("fixed" in box.dataset && box.value) settle(box);
  grow(box);
  return undefined;
};
// What a preset row is about is told, not asked; in a row that was added it is asked.
const settle = (box) => {
  const told = box.closest("td,[data-field]").querySelector("[data-told]");
  told.textContent = box.tagName === "SELECT" ? box.selectedOptions[0].textContent : box.value;
  told.hidden = false;
  (box.closest(".moment") ?? box).hidden = true;
};
// An answer that isn't offered stays where it is, to be told as a fault; nothing is dropped.
const strangeTick = (like, value) => {
  const label = like.closest("label").cloneNode(true);
  const tick = label.querySelector("input");
  Object.assign(tick, { value, checked: true });
  label.replaceChildren(tick, ` ${value}`);
  like.closest(".options").append(label);
};
export const writeAll = (root, values) => {
  for (const part of partsOf(root)) write(part, values[keyOf(part)]);
};
let counted = 0;
export const addRow = (part, after = null) => {
  const made = part.querySelector("template").content.firstElementChild.cloneNode(true);
  const row = made.matches("[data-row]") ? made : made.querySelector("[data-row]");
  counted += 1;
  for (const node of row.querySelectorAll("[id],[for],[name]")) {
    for (const mark of ["id", "for", "name"]) {
      if (node.hasAttribute(mark)) node.setAttribute(mark, node.getAttribute(mark).replace("#", `#${counted}`));
    }
  }
  const body = part.querySelector("[data-rows]");
  if (after) after.after(row);
  else body.append(row);
  for (const inner of row.querySelectorAll("[data-repeat]")) if (!rowsOf(inner).length) write(inner, []);
  dress(row);
  return row;
};
