// The fields of the page: found, and read as the record that they make.

const PARTS = "[data-section],[data-repeat],[data-field],[data-value]";

// The parts directly within an element, none that lie within another part.
export const partsOf = (root) => {
  const found = [];
  const look = (node) => {
    for (const child of node.children) {
      if (child.tagName === "TEMPLATE") continue;
      if (child.matches(PARTS)) found.push(child);
      else look(child);
    }
  };
  look(root);
  return found;
};
export const keyOf = (part) => part.dataset.section ?? part.dataset.repeat ?? part.dataset.field ?? part.dataset.value;
export const rowsOf = (part) => [...part.querySelector("[data-rows]").children];

export const read = (part) => {
  if ("section" in part.dataset) return readAll(part);
  if ("repeat" in part.dataset) {
    const rows = rowsOf(part).map(readAll).filter((row) => Object.keys(row).length > 0);
    const asPrinted = !("required" in part.dataset) && JSON.stringify(rows) === part.dataset.printed;
    return rows.length && !asPrinted ? rows : undefined;
  }
  const ticks = [...part.querySelectorAll("input[type=radio],input[type=checkbox]")];
  if (ticks.length) {
    const on = ticks.filter((tick) => tick.checked).map((tick) => tick.value);
    if (ticks[0].type === "radio") return on[0];
    return on.length ? on : undefined;
  }
  const box = part.matches("[data-value]") ? part : part.querySelector("[data-value]");
  if (!box || "computed" in box.dataset) return undefined;
  if ("picture" in box.dataset) return box.dataset.content || undefined;
  if (box.tagName === "SELECT" && box.multiple) {
    const on = [...box.selectedOptions].map((option) => option.value);
    return on.length ? on : undefined;
  }
  if (box.dataset.drawn) return box.dataset.drawn;
  return box.value === "" ? undefined : box.value;
};
export const readAll = (root) => {
  const values = {};
  for (const part of partsOf(root)) {
    const value = read(part);
    if (value !== undefined && !(typeof value === "object" && !Array.isArray(value) && !Object.keys(value).length)) {
      values[keyOf(part)] = value;
    }
  }
  return values;
};
export const isEmpty = (part) => {
  const value = read(part);
  return value === undefined || (typeof value === "object" && !Object.keys(value).length);
};
const BOXES = "input:not([hidden]),select:not([hidden]),textarea:not([hidden])";
export const firstBox = (root) => [...root.querySelectorAll(BOXES)].find((box) => !box.closest("[hidden]"));
