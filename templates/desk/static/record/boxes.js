// What single boxes do with what is put into them.

export const select = (box, text) => {
  const plain = text.trim();
  const found = [...box.options].find((option) => option.value === plain)
    ?? [...box.options].find((option) => option.label.trim() === plain);
  const option = found ?? new Option(plain, plain);
  if (!found) box.append(option);
  option.selected = true;
};
export const clears = (part) => {
  const clear = part.querySelector("[data-clear]");
  if (clear) clear.hidden = !part.querySelector("input:checked");
};
const GROWS = CSS.supports("field-sizing", "content");  // by itself, without laying out the page for each box
export const grow = (box) => {
  if (GROWS || box.tagName !== "TEXTAREA") return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
};
