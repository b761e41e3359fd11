// A record being filled in: what was typed goes to the server as a draft at once, and the paper is shown anew beside it.
"use strict";
(() => {
  const desk = document.getElementById("record");
  const fill = document.getElementById("fill");
  const pages = document.getElementById("pages");
  const words = JSON.parse(document.getElementById("words").textContent);
  let token = document.querySelector('meta[name="desk-token"]').content;
  const { name, form } = desk.dataset;
  const readOnly = "readOnly" in desk.dataset;
  const PARTS = "[data-section],[data-repeat],[data-field],[data-value]";
  const SAVE_AFTER = 250, SAVE_AT_LATEST = 900, SEE_AFTER = 40;
  const STORED = `desk:${name}`;
  let revision = Number(desk.dataset.revision);
  let byPointer = new Map();

  const step = (key) => key.replaceAll("~", "~0").replaceAll("/", "~1");

  // A desk that was started anew doesn't know the tokens of pages that were open: the page fetches its own again.
  const send = async (path, method, body, type = "application/json", more = {}) => {
    const asked = () => fetch(path, { method, body, headers: { "content-type": type, "x-desk-token": token }, ...more });
    const answer = await asked();
    if (answer.status !== 403) return answer;
    const anew = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    const found = anew.querySelector('meta[name="desk-token"]')?.content;
    const isSame = anew.getElementById("record")?.dataset.who === desk.dataset.who;  // nobody writes as somebody else
    if (!found || !isSame || found === token) return answer;
    token = found;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-Desk-Token": token }));
    return asked();
  };

  // --- the fields: found, read, written ---

  // The parts directly within an element, none that lie within another part.
  const partsOf = (root) => {
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
  const keyOf = (part) => part.dataset.section ?? part.dataset.repeat ?? part.dataset.field ?? part.dataset.value;
  const rowsOf = (part) => [...part.querySelector("[data-rows]").children];

  const read = (part) => {
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
  const readAll = (root) => {
    const values = {};
    for (const part of partsOf(root)) {
      const value = read(part);
      if (value !== undefined && !(typeof value === "object" && !Array.isArray(value) && !Object.keys(value).length)) {
        values[keyOf(part)] = value;
      }
    }
    return values;
  };

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
    else if (box.closest("[data-signing]")) signatures.show(box, String(value ?? ""));
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
  const select = (box, text) => {
    const plain = text.trim();
    const found = [...box.options].find((option) => option.value === plain)
      ?? [...box.options].find((option) => option.label.trim() === plain);
    const option = found ?? new Option(plain, plain);
    if (!found) box.append(option);
    option.selected = true;
  };
  const clears = (part) => {
    const clear = part.querySelector("[data-clear]");
    if (clear) clear.hidden = !part.querySelector("input:checked");
  };
  const writeAll = (root, values) => {
    for (const part of partsOf(root)) write(part, values[keyOf(part)]);
  };

  // --- rows ---

  let counted = 0;
  const hasRoom = (part) => {
    if ("locked" in part.dataset) return false;
    const most = Number(part.dataset.most ?? Infinity);
    if (rowsOf(part).length < most) return true;
    saved.textContent = words.rows_full.replace("{count}", most);
    return false;
  };
  const newRow = (part, after = null) => (hasRoom(part) ? addRow(part, after) : null);
  const addRow = (part, after = null) => {
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
  const moved = (row, by) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    changed();
  };
  const removed = (row) => {
    const part = row.closest("[data-repeat]");
    if ("locked" in part.dataset) return;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (!rowsOf(part).length) addRow(part);
    firstBox(next ?? rowsOf(part)[0])?.focus();
    changed();
  };
  const BOXES = "input:not([hidden]),select:not([hidden]),textarea:not([hidden])";
  const firstBox = (root) => [...root.querySelectorAll(BOXES)].find((box) => !box.closest("[hidden]"));

  // --- pointers ---

  const index = () => {
    byPointer = new Map();
    const look = (root, at) => {
      for (const part of partsOf(root)) {
        const pointer = `${at}/${step(keyOf(part))}`;
        part.dataset.pointer = pointer;
        byPointer.set(pointer, part);
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
      if (serial) serial.textContent = String(n + 1);
      if (!isFull[n] && n < last) {
        for (const one of [row, ...row.querySelectorAll("[data-pointer]")]) delete one.dataset.pointer;
        return;
      }
      const at = `${pointer}/${number}`;
      number += 1;
      row.dataset.pointer = at;
      byPointer.set(at, row);
      look(row, at);
    });
  };
  const nearest = (pointer) => {
    for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) if (byPointer.has(at)) return byPointer.get(at);
    return null;
  };
  const focusOn = (pointer) => {
    const part = nearest(pointer);
    const box = part?.matches("input,select,textarea") ? part : part && (firstBox(part) ?? part.querySelector("[tabindex]"));
    (box ?? part)?.focus({ preventScroll: true });
    part?.scrollIntoView({ block: "center" });
  };

  // --- saving ---

  const saved = document.getElementById("saved");
  let touched = false, saving = false, again = false, soon = null, latest = null, stopped = false, unanswered = null;

  const changed = () => {
    index();
    touched = true;
    if (stopped) return;
    saved.textContent = words.saving;
    clearTimeout(soon);
    soon = setTimeout(save, SAVE_AFTER);
    latest ??= setTimeout(save, SAVE_AT_LATEST);
    seeSoon();
  };
  const save = async () => {
    if (readOnly) return;
    clearTimeout(soon);
    clearTimeout(latest);
    soon = latest = null;
    if (saving) {
      again = true;
      return;
    }
    saving = true;
    const values = readAll(fill);
    // What was sent without an answer may have been written all the same: it is ours, and no conflict.
    const more = { ...(unanswered && { unanswered }), ...(!touched && { unchanged: true }) };
    const given = JSON.stringify({ base: revision, values, lang: lang(), ...more });
    try {
      const keeps = { keepalive: given.length < 60000 };
      const answer = await send(`/records/${name}/draft`, "PUT", given, undefined, keeps);
      if (answer.status === 401 || answer.status === 403) {
        localStorage.setItem(STORED, JSON.stringify({ base: revision, values }));
        loggedOut();
        saving = false;
        return;
      }
      const told = await answer.json();
      if (answer.status === 409) conflict(told.conflict);
      else if (answer.ok) {
        revision = told.revision;
        unanswered = null;
        localStorage.removeItem(STORED);
        if (!again && !soon) saved.textContent = words.saved;
        show(told);
      } else saved.textContent = words.trouble;
    } catch {
      unanswered ??= values;
      saved.textContent = words.offline;
      localStorage.setItem(STORED, JSON.stringify({ base: revision, values }));
      setTimeout(() => { if (!soon) soon = setTimeout(save, 0); }, 1500);
    }
    saving = false;
    if (again) {
      again = false;
      save();
    }
  };
  // Waits until all that was typed is written; tells whether it is.
  const settled = async () => {
    if (soon || latest || !saving) await save();
    while (saving) await new Promise((done) => { setTimeout(done, 30); });
    if (stopped) document.querySelector(".banner")?.scrollIntoView({ block: "center" });
    return !stopped && !unanswered;
  };
  // The session is over, or another has begun in another tab: what was typed waits here until the page is loaded anew.
  const loggedOut = () => {
    if (stopped) return;
    stopped = true;
    const note = document.createElement("div");
    note.className = "banner";
    note.setAttribute("role", "alert");
    const said = document.createElement("p");
    said.textContent = words.logged_out;
    note.append(said, button(words.login, () => location.reload()));
    desk.before(note);
    saved.textContent = words.logged_out_short;
  };
  const conflict = ({ by, at }) => {
    stopped = true;
    const note = document.createElement("div");
    note.className = "banner";
    note.setAttribute("role", "alert");
    const said = document.createElement("p");
    said.textContent = words.conflict.replace("{by}", by).replace("{at}", at.slice(0, 16).replace("T", " "));
    const reload = button(words.conflict_theirs, () => location.reload());
    const copy = button(words.conflict_copy, async () => {
      const answer = await send(`/forms/${form}/records`, "POST", JSON.stringify({ values: readAll(fill) }));
      if (answer.ok) location.assign(answer.headers.get("location"));
    });
    note.append(said, reload, copy);
    desk.before(note);
    saved.textContent = words.conflict_short;
  };
  const button = (label, pressed) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", pressed);
    return made;
  };

  // --- what the server says of it ---

  const missing = document.getElementById("missing");
  const show = ({ faults = [], missing: lacking = [], derived = {}, hidden = [], trouble = "" }) => {
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
      part.textContent = derived[at] ?? "";
    }
    const gone = new Set(hidden);
    for (const [pointer, part] of byPointer) {
      const place = part.closest("[data-field],[data-section],[data-repeat]") === part ? part : null;
      if (place) place.hidden = gone.has(pointer) && isEmpty(place);  // what is there stays in sight
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
  const isEmpty = (part) => {
    const value = read(part);
    return value === undefined || (typeof value === "object" && !Object.keys(value).length);
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
    const part = nearest(fault.pointer);
    if (!part) return;
    let note = part.querySelector(":scope > [data-fault]");
    if (!note) {
      note = document.createElement("p");
      note.className = "fault made";
      note.dataset.fault = "";
      if (part.matches("input,select,textarea,output")) (part.closest(".moment") ?? part).after(note);
      else part.append(note);
    }
    note.textContent = note.hidden || !note.textContent ? fault.text : `${note.textContent} ${fault.text}`;
    note.hidden = false;
    note.classList.toggle("warns", fault.warns);
    note.id ||= `fault-${fault.pointer}`;
    const box = part.matches("input,select,textarea") ? part : part.querySelector("input,select,textarea");
    if (box && !("repeat" in part.dataset)) {
      if (!fault.warns) box.setAttribute("aria-invalid", "true");
      box.setAttribute("aria-describedby", note.id);
    }
  };

  // --- the paper beside it ---

  const lang = () => document.getElementById("see-lang").value;
  const purpose = () => document.getElementById("see-purpose").value;
  const masks = () => document.getElementById("see-mask").checked;
  let seeing = false, seeAgain = false, see = null, marked = "";

  const seeSoon = () => {
    clearTimeout(see);
    see = setTimeout(look, SEE_AFTER);
  };
  const look = async () => {
    if (seeing) {
      seeAgain = true;
      return;
    }
    seeing = true;
    try {
      const given = { values: readAll(fill), lang: lang(), mask: masks(), purpose: purpose() };
      const answer = await send(`/forms/${form}/preview`, "POST", JSON.stringify(given));
      const told = await answer.json();
      if (told.pages) await place(told.pages);
      pages.classList.toggle("stale", !told.pages);
      pages.dataset.trouble = told.pages ? "" : (told.trouble ?? words.trouble);
    } catch {
      pages.classList.add("stale");
    }
    seeing = false;
    if (seeAgain) {
      seeAgain = false;
      look();
    }
  };
  const place = async (told) => {
    await Promise.all(told.map(async (page, n) => {
      let sheet = pages.children[n];
      if (!sheet) {
        sheet = document.createElement("div");
        sheet.className = "page";
        const made = document.createElement("img");
        made.alt = words.pages.replace("{n}", n + 1);
        sheet.append(made);
        pages.append(sheet);
      }
      sheet.spots = page.spots;
      sheet.size = [page.width, page.height];
      const image = sheet.querySelector("img");
      if (image.dataset.name !== page.name) {
        const next = new Image();
        next.src = `/sheets/${page.name}.svg`;
        await next.decode().catch(() => {});
        image.src = next.src;
        image.dataset.name = page.name;
      }
    }));
    while (pages.children.length > told.length) pages.lastElementChild.remove();
    pages.dataset.shown = String(Date.now());
    mark(marked, false);
  };
  const mark = (pointer, scrolls = true) => {
    marked = pointer;
    let first = null;
    for (const sheet of pages.children) {
      for (const old of sheet.querySelectorAll(".spot")) old.remove();
      if (!pointer) continue;
      const [width, height] = sheet.size;
      for (const [at, x, y, w, h] of sheet.spots) {
        if (at !== pointer && !at.startsWith(`${pointer}/`)) continue;
        const spot = document.createElement("div");
        spot.className = "spot";
        Object.assign(spot.style, {
          left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%`,
          width: `${(100 * w) / width}%`, height: `${(100 * h) / height}%`,
        });
        sheet.append(spot);
        first ??= spot;
      }
    }
    if (first && scrolls) reveal(first);
  };
  // Within the paper alone: the page itself stays where somebody is typing.
  const reveal = (spot) => {
    const at = spot.getBoundingClientRect(), frame = pages.getBoundingClientRect();
    if (at.top < frame.top || at.bottom > frame.bottom) pages.scrollTop += at.top - frame.top - frame.height / 3;
  };
  pages.addEventListener("click", (event) => {
    const sheet = event.target.closest(".page");
    if (!sheet) return;
    const box = sheet.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * sheet.size[0];
    const y = ((event.clientY - box.top) / box.height) * sheet.size[1];
    const away = ([, left, top, w, h]) => Math.hypot(
      Math.max(left - x, 0, x - left - w), Math.max(top - y, 0, y - top - h));
    const near = [...sheet.spots].sort((one, other) => away(one) - away(other))[0];
    if (near && away(near) < 40) focusOn(near[0]);
  });

  // --- typing ---

  const grow = (box) => {
    if (box.tagName !== "TEXTAREA") return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  };
  const PICKERS = { date: "date", datetime: "datetime-local", month: "month", time: "time" };
  const dress = (root) => {
    for (const box of root.querySelectorAll("input[data-moment]")) {
      if (box.nextElementSibling?.matches(".pick")) continue;
      const pick = document.createElement("span");
      pick.className = "pick";
      const picker = document.createElement("input");
      picker.type = PICKERS[box.dataset.moment];
      picker.tabIndex = -1;
      picker.setAttribute("aria-hidden", "true");
      const opens = button(words.pick, () => {
        picker.value = box.value.replace(" ", "T");
        picker.showPicker?.();
      });
      opens.tabIndex = -1;
      picker.addEventListener("change", (event) => {
        event.stopPropagation();
        box.value = picker.value.replace("T", " ");
        box.dispatchEvent(new Event("input", { bubbles: true }));
      });
      picker.addEventListener("input", (event) => event.stopPropagation());
      pick.append(opens, picker);
      box.after(pick);
    }
  };
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
  const pasted = (event) => {
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

  // --- pictures ---

  const showPicture = (box, content) => {
    box.dataset.content = content;
    const image = box.querySelector("img");
    image.hidden = !content.startsWith("data:");
    if (content.startsWith("data:")) image.src = content;
    box.querySelector("[data-remove]").hidden = !content;
    box.querySelector(".drop-hint").hidden = Boolean(content);
  };
  const takePicture = async (box, file) => {
    if (!file?.type.startsWith("image/")) return;
    const answer = await send("/pictures", "POST", file, file.type);
    const told = await answer.json();
    if (answer.ok) {
      showPicture(box, told.content);
      changed();
    } else saved.textContent = told.trouble ?? words.trouble;
  };

  // --- what happens ---

  fill.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    grow(event.target);
    if (event.target.matches("[type=radio]")) clears(event.target.closest("[data-field]"));
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
  fill.addEventListener("keydown", (event) => {
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
  for (const link of document.querySelectorAll("[data-take]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      if (await settled()) location.assign(link.href);
    });
  }
  const links = () => {
    for (const link of document.querySelectorAll("[data-take]")) {
      const given = new URLSearchParams({ format: link.dataset.take, lang: lang(), mask: masks() ? "yes" : "no" });
      given.set("purpose", purpose());
      link.href = `/records/${name}/file?${given}`;
    }
  };
  document.getElementById("finish").addEventListener("click", async () => {
    if (!await settled()) return;
    const answer = await send(`/records/${name}/final`, "POST", JSON.stringify({ base: revision }));
    const told = await answer.json().catch(() => ({ trouble: words.trouble }));
    if (answer.status === 409) conflict(told.conflict);
    else if (answer.ok) location.reload();
    else {
      show(told);
      const first = [...(told.faults ?? []).filter((fault) => !fault.warns), ...(told.missing ?? [])][0];
      if (first) focusOn(first.pointer);
    }
  });
  addEventListener("beforeunload", () => { if (soon || latest) save(); });

  // --- the beginning ---

  const kept = JSON.parse(localStorage.getItem(STORED) ?? "null");
  const usable = kept && kept.base === revision;
  touched = Boolean(usable);
  writeAll(fill, usable ? kept.values : JSON.parse(document.getElementById("values").textContent));
  dress(fill);
  index();
  links();
  look();
  save();
  if (readOnly) for (const box of fill.querySelectorAll("input,select,textarea,button")) box.disabled = true;
})();
