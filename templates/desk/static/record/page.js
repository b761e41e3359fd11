// What every part of a record's page knows: the record, the words, how its paper is to be shown.
export const desk = document.getElementById("record");
export const fill = document.getElementById("fill");
export const saved = document.getElementById("saved");
export const words = JSON.parse(document.getElementById("words").textContent);
export const { name, form } = desk.dataset;
// Where this computer keeps what couldn't be sent; what one person left is nobody else's.
export const STORED = `desk:${name}:${desk.dataset.who}`;
export const readOnly = "readOnly" in desk.dataset;

export const lang = () => document.getElementById("see-lang").value;
export const purpose = () => document.getElementById("see-purpose").value;
export const masks = () => document.getElementById("see-mask").checked;

export const button = (label, pressed) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", pressed);
  return made;
};
