// What this computer keeps of a record until it is written: without a network, or where the page ended in mid-typing.
import { STORED } from "./page.js";

// Tells whether it could be kept: there may be no room, or no such place at all.
export const keepHere = (kept) => {
  try {
    localStorage.setItem(STORED, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
};
export const keptHere = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "null");
    return kept?.values ? kept : null;
  } catch {
    return null;
  }
};
export const forget = () => {
  try {
    localStorage.removeItem(STORED);
  } catch {
    // there is no such place
  }
};
