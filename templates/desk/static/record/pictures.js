// Pictures that are dropped, pasted or chosen; the server makes them small and takes out where they were taken.
import { saved, words } from "./page.js";
import { changed } from "./saving.js";
import { send } from "./sending.js";

export const showPicture = (box, content) => {
  box.dataset.content = content;
  const image = box.querySelector("img");
  image.hidden = !content.startsWith("data:");
  if (content.startsWith("data:")) image.src = content;
  box.querySelector("[data-remove]").hidden = !content;
  box.querySelector(".drop-hint").hidden = Boolean(content);
};
export const takePicture = async (box, file) => {
  if (!file?.type.startsWith("image/")) return;
  const answer = await send("/pictures", "POST", file, file.type);
  const told = await answer.json();
  if (answer.ok) {
    showPicture(box, told.content);
    changed();
  } else saved.textContent = told.trouble ?? words.trouble;
};
