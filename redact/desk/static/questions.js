// The questions about places that were left bare: one key answers one and lights the next, one act answers the rest.
// An answer counts only where the part of the copy around its place was in sight long enough, painted; to cover asks no look.
import { complain, light, mayDecide, send, wasSeenSince } from "./swap.js";
import * as unsent from "./unsent.js";

let inSight = new Map(); // fieldset -> when it came into sight; not there while it is out of it
let seen = new Set();
let given = []; // fieldsets in the order in which they were answered, to take the last one back
let watcher = null;

export function begin() {
  watcher?.disconnect();
  inSight = new Map(); seen = new Set(); given = [];
  const form = formOf();
  if (!form) return;
  watcher = new IntersectionObserver(note, { threshold: 0.9 });
  for (const crop of form.querySelectorAll("svg.crop")) watcher.observe(crop);
  const rest = form.querySelector("[data-rest]");
  if (rest) rest.hidden = false;
  for (const button of form.querySelectorAll("[data-all]")) button.onclick = () => answerRest(button.dataset.all);
  form.onchange = (event) => { // by mouse, touch or Space: the same as by a key
    const place = event.target.closest("fieldset");
    const isEarly = event.target.value === "nobody" && !isSeen(place);
    given = [...given.filter((each) => each !== place), ...(isEarly ? [] : [place])];
    if (isEarly) { event.target.checked = false; complainOf(place); }
    count();
  };
  for (const [number, word] of Object.entries(unsent.answers())) restore(number, word);
  count();
}

// Take up what was answered here before and not sent: a session ended, or the person looked at another photo.
function restore(number, word) {
  const input = document.querySelector(`[data-questions] [name="place-${Number(number)}"][value="${word === "cover" ? "cover" : "nobody"}"]`);
  if (!input) return;
  input.checked = true;
  given.push(input.closest("fieldset"));
}

export function sendIfLooked() {
  if (mayDecide()) formOf().requestSubmit();
}

export async function sendAll(form, button) {
  if (await send(form, button)) unsent.forget();
}

export function areAsked() {
  return Boolean(formOf());
}

export function first() {
  return unanswered()[0];
}

// Answer the lit place, else the first one that is open, and go on; the last answer sends them all.
export function answer(word) {
  if (!mayDecide()) return;
  const lit = document.querySelector("[data-questions] fieldset.lit");
  const place = lit && !lit.querySelector(":checked") ? lit : unanswered()[0];
  if (!place) { formOf().requestSubmit(); return; }
  if (word === "nobody" && !isSeen(place)) { complainOf(place); return; }
  give(place, word);
  goOn();
}

// Take back the answer that was given last, before they are sent; return whether there was one.
export function takeBack() {
  const place = given.pop();
  if (!place?.isConnected) return false;
  place.querySelector(":checked").checked = false;
  count();
  show(place);
  return true;
}

export function show(place) {
  light(place.dataset.outline);
  if (!inSight.has(place)) place.scrollIntoView({ block: "start" }); // as many as fit come into sight with it
}

function answerRest(word) {
  if (!mayDecide()) return;
  const rest = unanswered(), unseen = word === "nobody" ? rest.find((place) => !isSeen(place)) : null;
  if (unseen) { complainOf(unseen); return; }
  for (const place of rest) give(place, word);
  formOf().requestSubmit();
}

function give(place, word) {
  place.querySelector(`[value=${word}]`).checked = true;
  given.push(place);
  count();
}

function goOn() {
  const next = unanswered()[0];
  if (next) show(next);
  else formOf().requestSubmit();
}

function complainOf(place) {
  const number = place.querySelector(".badge").textContent;
  complain(`Place ${number} was not in sight long enough to say nobody of it, so nothing was answered. Look, then do it again.`);
  show(place);
}

function note(entries) {
  for (const { target, isIntersecting, time } of entries) {
    const place = target.closest("fieldset");
    if (isIntersecting) inSight.set(place, time);
    else { isSeen(place); inSight.delete(place); }
  }
}

function isSeen(place) {
  if (wasSeenSince(inSight.get(place) ?? Infinity)) seen.add(place);
  return seen.has(place);
}

function count() {
  const rest = unanswered().length, many = formOf().querySelectorAll("fieldset").length;
  const left = formOf().querySelector("[data-left]");
  const answers = [...formOf().querySelectorAll(":checked")].map((each) => [each.name.slice("place-".length), each.value]);
  if (answers.length || Object.keys(unsent.answers()).length) unsent.keepAnswers(Object.fromEntries(answers));
  if (left) left.textContent = rest === many ? `${many} places` : `${rest} of ${many} left`;
}

function formOf() {
  return document.querySelector("[data-questions]");
}

function unanswered() {
  return [...document.querySelectorAll("[data-questions] fieldset")].filter((each) => !each.querySelector(":checked"));
}
