// A record's documents, taken as they are shown; the record made final.
import { conflict } from "./conflicts.js";
import { show } from "./faults.js";
import { lang, masks, name, purpose, saved, words } from "./page.js";
import { focusOn } from "./pointers.js";
import { revision, settled } from "./saving.js";
import { send } from "./sending.js";

export const links = () => {
  for (const link of document.querySelectorAll("[data-take]")) {
    const given = new URLSearchParams({ format: link.dataset.take, lang: lang(), mask: masks() ? "yes" : "no" });
    given.set("purpose", purpose());
    link.href = `/records/${name}/file?${given}`;
  }
};
for (const link of document.querySelectorAll("[data-take]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    if (await settled()) location.assign(link.href);
  });
}
const finish = document.getElementById("finish");
finish.addEventListener("click", async () => {
  if (finish.disabled) return;
  finish.disabled = true;
  await finished().catch(() => { saved.textContent = words.offline_short; });
  finish.disabled = false;
});
const finished = async () => {
  if (!await settled()) return;
  const reason = document.getElementById("reason")?.value ?? "";
  const answer = await send(`/records/${name}/final`, "POST", JSON.stringify({ base: revision, reason }));
  const told = await answer.json().catch(() => ({ trouble: words.trouble }));
  if (answer.status === 409) conflict(told.conflict);
  else if (answer.ok) await gone();
  else {
    show(told);
    const first = [...(told.faults ?? []).filter((fault) => !fault.warns), ...(told.missing ?? [])][0];
    if (first) focusOn(first.pointer);
  }
};
// The page is loaded anew: nobody presses the button again until it is.
const gone = () => {
  location.reload();
  return new Promise(() => {});
};
