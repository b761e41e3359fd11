// What the server says of what was typed: faults at their fields, what is missing in a list that leads there.
import { isEmpty, rowsOf } from "./fields.js";
import { button, fill, words } from "./page.js";
import { byPointer, focusOn, nearest } from "./pointers.js";

const missing = document.getElementById("missing");
export const show = ({ faults = [], missing: lacking = [], derived = {}, hidden = [], trouble = "" }) => {
  for (const note of fill.querySelectorAll("[data-fault]")) {
    if (note.classList.contains("made")) note.remove();
    else note.hidden = true;
  }
  for (const box of fill.querySelectorAll("[aria-invalid]")) {
    box.removeAttribute("aria-invalid");
    box.removeAttribute("aria-describedby");
  }
  for (const fault of faults) tell(fault);
  for (const part of fill.querySelectorAll("[data-computed]")) {
    const at = part.dataset.pointer ?? part.closest("[data-field]")?.dataset.pointer;
    if (part.textContent !== (derived[at] ?? "")) part.textContent = derived[at] ?? "";
  }
  // What the rules would put where nothing is typed stands there in grey.
  for (const box of fill.querySelectorAll("input[data-value],textarea[data-value]")) {
    const at = box.dataset.pointer ?? box.closest("[data-field]")?.dataset.pointer;
    const said = box.dataset.hint ?? derived[at] ?? "";
    if (box.placeholder !== said) box.placeholder = said;
  }
  const gone = new Set(hidden);
  for (const [pointer, part] of byPointer) {
    const place = part.closest("[data-field],[data-section],[data-repeat]") === part ? part : null;
    const hides = place && gone.has(pointer) && isEmpty(place);  // what is there stays in sight
    if (place && place.hidden !== hides) place.hidden = hides;
  }
  const wrong = faults.filter((fault) => !fault.warns);
  missing.replaceChildren();
  const lines = [...wrong, ...lacking];
  jumps(lines, gone);
  const lead = document.createElement("p");
  lead.className = lines.length ? "todo" : "good";
  lead.textContent = trouble || (lines.length
    ? words.missing_count.replace("{count}", lines.length) : words.sound);
  missing.append(lead);
  if (lines.length) {
    const list = document.createElement("ul");
    for (const one of lines) {
      const item = document.createElement("li");
      const rows = [...one.pointer.matchAll(/\/(\d+)(?=\/|$)/g)].map(([, n]) => words.change_row.replace("{n}", Number(n) + 1));
      const title = [one.title, ...rows].filter(Boolean).join(" · ");
      item.append(button(one.title ? title : one.text, () => focusOn(one.pointer)));
      list.append(item);
    }
    missing.append(list);
  }
};
// How much is left to do in each section, at its name in the list of sections.
const jumps = (lines, gone) => {
  for (const link of document.querySelectorAll("[data-jump]")) {
    const at = link.dataset.jump;
    const left = lines.filter(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`)).length;
    link.querySelector("b").textContent = left || "";
    link.parentElement.hidden = Boolean(byPointer.get(at)?.hidden);
  }
};
const tell = (fault) => {
  let part = nearest(fault.pointer);
  if (!part) return;
  let { text } = fault;
  if (part.matches("tr")) { // there is no room for it in the row
    text = `${words.change_row.replace("{n}", rowsOf(part.closest("[data-repeat]")).indexOf(part) + 1)} · ${text}`;
    part = part.closest("[data-repeat]");
  }
  let note = part.querySelector(":scope > [data-fault]");
  if (!note) {
    note = document.createElement("p");
    note.className = "fault made";
    note.dataset.fault = "";
    if (part.matches("input,select,textarea,output")) (part.closest(".moment") ?? part).after(note);
    else part.append(note);
  }
  note.textContent = note.hidden || !note.textContent ? text : `${note.textContent} ${text}`;
  note.hidden = false;
  note.classList.toggle("warns", fault.warns);
  note.id ||= `fault-${fault.pointer}`;
  const box = part.matches("input,select,textarea") ? part : part.querySelector("input,select,textarea");
  if (box && !("repeat" in part.dataset)) {
    if (!fault.warns) box.setAttribute("aria-invalid", "true");
    box.setAttribute("aria-describedby", note.id);
  }
};
