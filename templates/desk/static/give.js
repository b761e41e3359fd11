// Files that are dropped anywhere on a page, or chosen on the page for it, go to the desk one after the other.
"use strict";
(() => {
  const zone = document.getElementById("give-zone");
  if (!zone) return;
  const token = document.querySelector('meta[name="desk-token"]').content;
  const [call, busy, told] = ["call", "busy", "told"].map((name) => zone.querySelector(`[data-give="${name}"]`));
  const largest = Number(zone.dataset.largest), most = Number(zone.dataset.most);
  let sending = false, inside = 0;

  const show = (which, text = "") => {
    zone.hidden = which === null;
    zone.classList.toggle("calls", which === call);
    for (const part of [call, busy, told]) part.hidden = part !== which;
    if (text) which.querySelector("p").textContent = text;
  };
  const said = (name, figures = {}) =>
    Object.entries(figures).reduce((text, [key, value]) => text.replace(`{${key}}`, value), zone.dataset[name]);

  // A picture is dropped onto its own box; anything else that is no file is none of ours.
  const isOfPicture = (event) => event.target instanceof Element && event.target.closest("[data-picture]") !== null;
  const isOurs = (event) => !sending && [...(event.dataTransfer?.types ?? [])].includes("Files");

  document.addEventListener("dragenter", (event) => {
    if (!isOurs(event)) return;
    inside += 1;
    show(isOfPicture(event) ? null : call);
  });
  document.addEventListener("dragover", (event) => {
    if (!isOurs(event) || isOfPicture(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("dragleave", () => {
    inside = Math.max(0, inside - 1);
    if (!inside && !sending && !call.hidden) show(null);
  });
  document.addEventListener("drop", (event) => {
    inside = 0;
    if (event.defaultPrevented || !isOurs(event) || isOfPicture(event)) {
      if (!sending && !call.hidden) show(null);
      return;
    }
    event.preventDefault();
    give([...event.dataTransfer.files]);
  });
  document.getElementById("give-files")?.addEventListener("change", (event) => give([...event.target.files]));
  zone.querySelector("[data-give-close]").addEventListener("click", () => location.assign("/give"));

  const sent = async (file) => {
    const answer = await fetch("/give", {
      method: "POST", body: file,
      headers: {
        "content-type": "application/octet-stream", "x-desk-token": token, "x-file-name": encodeURIComponent(file.name),
      },
    });
    return answer.ok ? answer.json() : null;
  };
  const give = async (files) => {
    if (!files.length) return;
    sending = true;
    const chosen = files.slice(0, most), lost = files.slice(most).map((file) => file.name), taken = [];
    for (const [at, file] of chosen.entries()) {
      show(busy, said("reading", { n: at + 1, count: chosen.length, name: file.name }));
      try {
        const answer = file.size <= largest ? await sent(file) : null;
        if (answer) taken.push(answer);
        else lost.push(file.name);
      } catch {
        lost.push(file.name);
      }
    }
    sending = false;
    if (lost.length) {
      show(told, said("lost", { names: lost.slice(0, 10).join("、") }));
      zone.querySelector("[data-give-close]").focus();
    } else location.assign(taken.length === 1 && taken[0].list ? `/give/${taken[0].id}` : "/give");
  };
})();
