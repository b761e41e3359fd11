// Signatures drawn with the mouse, a finger or a pen. Who can't draw types the name: both stand in the same field.
const INK = "#1c2450", PEN = 2.6, MARGIN = 8, SHARP = 2;
const dialog = document.getElementById("signing");
const canvas = dialog.querySelector("canvas"), told = dialog.querySelector("[data-told]");
let box = null, lines = [], opener = null;

export const showSigned = (input, value) => {
  const drawn = /^data:image\//.test(value), part = input.closest("[data-signing]"), image = part.querySelector("img");
  if (drawn) input.dataset.drawn = value;
  else delete input.dataset.drawn;
  input.value = drawn ? "" : value;
  input.hidden = drawn;
  image.hidden = !drawn;
  if (drawn) image.src = value;
  else image.removeAttribute("src");
  const sign = part.querySelector("[data-sign]");
  sign.dataset.first ??= sign.textContent;
  sign.textContent = drawn ? sign.dataset.again : sign.dataset.first;
  part.querySelector("[data-unsign]").hidden = !drawn;
};

// --- drawing ---

const paint = (context, list, left = 0, top = 0) => {
  context.strokeStyle = context.fillStyle = INK;
  context.lineWidth = PEN;
  context.lineCap = context.lineJoin = "round";
  for (const line of list) {
    context.beginPath();
    if (line.length === 1) context.arc(line[0][0] - left, line[0][1] - top, PEN / 2, 0, 7);
    line.forEach(([x, y], n) => context[n ? "lineTo" : "moveTo"](x - left, y - top));
    if (line.length === 1) context.fill();
    else context.stroke();
  }
};
const redraw = () => {
  const { width, height } = canvas.getBoundingClientRect(), context = canvas.getContext("2d");
  canvas.width = width * SHARP;
  canvas.height = height * SHARP;
  context.scale(SHARP, SHARP);
  paint(context, lines);
};
const at = (event) => {
  const room = canvas.getBoundingClientRect();
  return [event.clientX - room.left, event.clientY - room.top];
};
canvas.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  told.textContent = "";
  lines.push([at(event)]);
  redraw();
});
canvas.addEventListener("pointermove", (event) => {
  if (!canvas.hasPointerCapture(event.pointerId)) return;
  for (const one of event.getCoalescedEvents?.() ?? [event]) lines.at(-1).push(at(one));
  redraw();
});
// What is drawn, and nothing of the room around it.
const cut = () => {
  const points = lines.flat(), xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
  const left = Math.min(...xs) - MARGIN, top = Math.min(...ys) - MARGIN;
  const made = document.createElement("canvas"), context = made.getContext("2d");
  made.width = (Math.max(...xs) - left + MARGIN) * SHARP;
  made.height = (Math.max(...ys) - top + MARGIN) * SHARP;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, made.width, made.height);
  context.scale(SHARP, SHARP);
  paint(context, lines, left, top);
  return made.toDataURL("image/png");
};

// --- the dialog ---

const changed = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));
const clear = () => { lines = []; told.textContent = ""; redraw(); };
const done = () => {
  if (!lines.length) {
    told.textContent = told.dataset.empty;
    return;
  }
  showSigned(box, cut());
  changed(box);
  dialog.close();
};
dialog.addEventListener("close", () => opener?.focus());
dialog.addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (!pressed) return;
  if ("clear" in pressed.dataset) clear();
  else if ("cancel" in pressed.dataset) dialog.close();
  else if ("done" in pressed.dataset) done();
});
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-sign],[data-unsign]");
  if (!pressed) return;
  const input = pressed.closest("[data-signing]").querySelector("[data-value]");
  if ("unsign" in pressed.dataset) {
    showSigned(input, "");
    changed(input);
    input.focus();
    return;
  }
  [box, opener] = [input, pressed];
  dialog.querySelector("h2").textContent = input.getAttribute("aria-label");
  dialog.showModal();
  clear();
});
addEventListener("resize", () => { if (dialog.open) redraw(); });
