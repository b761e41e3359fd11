// What was typed goes to the server as a draft at once; what can't go waits on this computer.
import { conflict, left, loggedOut, stopped } from "./conflicts.js";
import { show } from "./faults.js";
import { readAll } from "./fields.js";
import { forget, keepHere, keptHere } from "./keeping.js";
import { desk, fill, name, readOnly, saved, words } from "./page.js";
import { seeSoon } from "./paper.js";
import { index } from "./pointers.js";
import { send } from "./sending.js";

const SAVE_AFTER = 250, SAVE_AT_LATEST = 900, LOOK_AGAIN = 500;
export let revision = Number(desk.dataset.revision);
let touched = false, saving = false, again = false, soon = null, latest = null, unanswered = null;

// What waits for its writer's decision, of an earlier page, isn't taken away by what is saved now.
let isOurs = true, sent = null, edits = 0, written = 0;
// Of a record that was only looked at there is nothing to keep: kept, it would be written as if it had been typed.
const keep = (values) => {
  if (!touched) return true;
  isOurs = true;
  return keepHere({ base: revision, values, sent: unanswered ?? sent });
};
// What waited here, if it belongs to the record as it is now, or became part of it when the page ended; else its writer
// is asked.
export const waiting = async () => {
  const kept = keptHere();
  if (!kept || readOnly) return null;
  touched = kept.base === revision;
  if (touched) {
    unanswered = kept.sent;
    return kept.values;
  }
  const given = { base: kept.base, values: kept.values, unanswered: kept.sent ?? null, waited: true };
  const answer = await send(`/records/${name}/draft`, "PUT", JSON.stringify(given)).catch(() => null);
  if (answer?.ok) {
    const told = await answer.json();
    revision = told.revision;
    forget();
    return told.written ? null : kept.values;
  }
  isOurs = false;
  left(kept.values);
  return null;
};
// It is saved, but what there is to say of it takes longer: it is asked for again, ever less often.
let wait = LOOK_AGAIN;
const lookLater = () => {
  soon ??= setTimeout(save, wait);
  wait = Math.min(wait * 2, 8000);
};
// The page ends: what isn't written yet goes on its way, and is kept here lest it doesn't arrive.
export const flush = () => {
  if (readOnly || stopped || (edits === written && !composing)) return;
  keep(readAll(fill));
  if (soon || latest) save();
};
// Letters that are still being put together into a word are none of the record's yet.
let composing = false;
export const composes = (on) => {
  composing = on;
};
export const changed = () => {
  index();
  touched = true;
  edits += 1;
  if (stopped) { // it can't be saved as it is, and waits for what its writer decides
    keep(readAll(fill));
    return;
  }
  saved.textContent = words.saving;
  clearTimeout(soon);
  soon = setTimeout(save, SAVE_AFTER);
  latest ??= setTimeout(save, SAVE_AT_LATEST);
  seeSoon();
};
// What can't be written now is kept here, and tried again.
const waits = (values, why) => {
  saved.textContent = keep(values) ? why : words.offline_unkept;
  setTimeout(() => { if (!soon) soon = setTimeout(save, 0); }, 1500);
};
export const save = async () => {
  if (readOnly || stopped) return;
  clearTimeout(soon);
  clearTimeout(latest);
  soon = latest = null;
  if (saving) {
    again = true;
    return;
  }
  saving = true;
  const values = readAll(fill), upTo = edits;
  sent = values;
  // What was sent without an answer may have been written all the same: it is ours, and no conflict.
  const more = { ...(unanswered && { unanswered }), ...(!touched && { unchanged: true }) };
  const given = JSON.stringify({ base: revision, values, ...more });
  try {
    const keeps = { keepalive: given.length < 60000 };
    const answer = await send(`/records/${name}/draft`, "PUT", given, undefined, keeps);
    if (answer.status === 401 || answer.status === 403) {
      keep(values);
      loggedOut();
      saving = false;
      return;
    }
    const told = await answer.json();
    if (answer.status === 409) {
      keep(values);
      conflict(told.conflict);
    } else if (answer.ok) {
      revision = told.revision;
      unanswered = null;
      written = upTo;
      if (isOurs) forget();
      if (!again && !soon) saved.textContent = told.later ? words.saved_looking : words.saved;
      if (told.later) lookLater();
      else {
        wait = LOOK_AGAIN;
        show(told);
      }
    } else if (answer.status >= 500) waits(values, `${told.trouble ?? words.trouble} ${words.kept_here}`);
    else {
      keep(values);
      saved.textContent = told.trouble ?? words.trouble;
    }
  } catch {
    if (touched) unanswered ??= values;
    waits(values, words.offline);
  }
  saving = false;
  if (again) {
    again = false;
    save();
  }
};
// Waits until all that was typed is written; tells whether it is.
export const settled = async () => {
  if (soon || latest || !saving) await save();
  while (saving) await new Promise((done) => { setTimeout(done, 30); });
  if (stopped) document.querySelector(".banner")?.scrollIntoView({ block: "center" });
  return !stopped && !unanswered;
};
