// Originals: the key file is opened in this tab alone.  The server sends the header of one sealed photo, the key of that
// photo comes out of it here, and only those 16 bytes go back.
import { alone, complain, sentenceOf, visit } from "./swap.js";

const KEPT_MS = 15 * 60 * 1000; // the key file is forgotten this long after it was used; desk.md, section 3
let kept = null; // text of the key file
let forgetting = 0;
let isOpening = false; // a second press does nothing while the first is under way: each opens an original, on record

// The page was swapped, or the key forgotten: forms that ask for the key file need none while one is kept.
export function begin() {
  const field = document.getElementById("key-field");
  if (!field) return;
  field.hidden = Boolean(kept);
  field.querySelector("input").required = !kept;
}

// Show or hide the original where that needs no file; say whether it did.
export function toggle() {
  const bare = document.getElementById("bare");
  if (bare) { hide(); return true; }
  if (isOpening) return true;
  const form = document.querySelector("[data-original]");
  if (!form || !kept) return false;
  show(form);
  return true;
}

export async function show(form) {
  if (isOpening) return;
  isOpening = true;
  try {
    await open(form);
  } finally {
    isOpening = false;
  }
}

export function sendWithKey(form) {
  return alone(() => lift(form));
}

async function open(form) {
  const photo = document.getElementById("photo").dataset.photo;
  const fileKey = await keyFor(photo, form);
  if (!fileKey) return;
  const answer = await post(form, { file_key: fileKey });
  if (!answer) return;
  if (!answer.ok) { complain(sentenceOf(await answer.text())); return; }
  const image = new Image();
  image.id = "bare";
  image.alt = "The original, not for release";
  image.src = URL.createObjectURL(await answer.blob());
  await image.decode();
  const button = document.querySelector("[data-original] button");
  if (document.getElementById("photo")?.dataset.photo !== photo || !button) { // the person went on
    URL.revokeObjectURL(image.src);
    return;
  }
  hide();
  document.getElementById("copy").after(image);
  document.getElementById("picture").classList.add("original");
  button.textContent = "Hide the original";
  document.getElementById("say").textContent = "The original is shown. It is not for release. O hides it.";
}

async function lift(form) {
  const fileKey = await keyFor(form.dataset.photo, form);
  if (!fileKey) return;
  const answer = await post(form, { file_key: fileKey });
  if (!answer) return;
  if (answer.ok) await visit(answer.url);
  else complain(sentenceOf(await answer.text()));
}

function hide() {
  const bare = document.getElementById("bare");
  if (!bare) return;
  URL.revokeObjectURL(bare.src);
  bare.remove();
  document.querySelector("[data-original] button").textContent = "Show the original";
  document.getElementById("picture").classList.remove("original");
}

async function keyFor(photo, form) {
  const file = form.querySelector("[type=file]").files[0];
  const text = file ? await file.text() : kept;
  const identities = text?.match(/^AGE-SECRET-KEY-\S+$/gm);
  if (!identities) { complain("That is no key file. Choose reviewer.key."); return null; }
  const header = await headerOf(photo);
  if (!header) return null;
  const { Decrypter } = await import("./vendored/age-encryption.min.js");
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    const key = await decrypter.decryptHeader(header);
    keep(text);
    return [...key].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    complain("That key file does not open this original. Choose reviewer.key, or recovery.key. Nothing was opened.");
    return null;
  }
}

function keep(text) {
  kept = text;
  clearTimeout(forgetting);
  forgetting = setTimeout(() => { kept = null; hide(); begin(); }, KEPT_MS);
}

async function headerOf(photo) {
  const answer = await fetch(`/photos/${photo}/sealed-header`).catch(() => null);
  if (answer?.redirected) { location.assign(answer.url); return null; } // the password is wanted again
  if (!answer?.ok) { complain(answer ? sentenceOf(await answer.text()) : "The desk does not answer."); return null; }
  return new Uint8Array(await answer.arrayBuffer());
}

async function post(form, more) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  for (const [name, value] of Object.entries(more)) body.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!answer) complain("The desk does not answer. Look at this page again before you go on.");
  else if (new URL(answer.url).pathname === "/confirm") { location.assign(answer.url); return null; }
  return answer;
}
