// Requests with the page's token.
import { desk } from "./page.js";

let token = document.querySelector('meta[name="desk-token"]').content;

// A desk that was started anew doesn't know the tokens of pages that were open: the page fetches its own again.
export const send = async (path, method, body, type = "application/json", more = {}) => {
  const asked = () => fetch(path, { method, body, headers: { "content-type": type, "x-desk-token": token }, ...more });
  const answer = await asked();
  if (answer.status !== 403) return answer;
  const anew = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  const found = anew.querySelector('meta[name="desk-token"]')?.content;
  const isSame = anew.getElementById("record")?.dataset.who === desk.dataset.who;  // nobody writes as somebody else
  if (!found || !isSame || found === token) return answer;
  token = found;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-Desk-Token": token }));
  return asked();
};
