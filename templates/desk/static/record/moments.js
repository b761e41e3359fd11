// A day or a time is typed as people write it, or picked from the browser's own calendar.
import { button, words } from "./page.js";

const PICKERS = { date: "date", datetime: "datetime-local", month: "month", time: "time" };
export const dress = (root) => {
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
