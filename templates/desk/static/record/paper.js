// The paper beside the form: shown anew, the field that somebody is in marked on it, a click on it leading to the field.
import { readAll } from "./fields.js";
import { fill, form, lang, masks, purpose, words } from "./page.js";
import { focusOn } from "./pointers.js";
import { send } from "./sending.js";

const SEE_AFTER = 40;
const pages = document.getElementById("pages");
let seeing = false, seeAgain = false, see = null, marked = "";

export const seeSoon = () => {
  clearTimeout(see);
  see = setTimeout(look, SEE_AFTER);
};
export const look = async () => {
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
export const mark = (pointer, scrolls = true) => {
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
