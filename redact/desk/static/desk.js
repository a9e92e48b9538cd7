// The desk's script: everything works without it, slower.  No library, no inline code, no eval: it keeps the page's CSP.
// Every act is a link or a form of the page; a key clicks it, and swap.js puts the answer in the place of the page.
import * as draw from "./draw.js";
import * as original from "./original.js";
import * as questions from "./questions.js";
import { complain, isWaiting, mayDecide, send, start, step, visit } from "./swap.js";
import * as unsent from "./unsent.js";
import * as zoom from "./zoom.js";

const TEXT = "input:not([type=radio], [type=checkbox], [type=file]), select, textarea, [contenteditable]";

function showPasswords() {
  for (const button of document.querySelectorAll("[data-reveal]")) {
    const field = document.getElementById(button.dataset.reveal);
    button.hidden = false;
    button.addEventListener("click", () => {
      const isHidden = field.type === "password";
      field.type = isHidden ? "text" : "password";
      button.textContent = isHidden ? "Hide" : "Show";
      button.setAttribute("aria-label", isHidden ? "Hide the password" : "Show the password");
    });
    field.form.addEventListener("submit", () => { field.type = "password"; }); // browsers offer to keep what they see
  }
}

function offerCopies() {
  if (!navigator.clipboard) return; // only on https and this machine; the words can be selected
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "Copied";
        document.getElementById("say").textContent = "Copied";
      } catch {
        button.textContent = "Press Ctrl and C"; // it is selected
      }
      setTimeout(() => { button.textContent = words; }, 3000);
    });
  }
}

function focusErrors() {
  document.querySelector("[data-focus]")?.focus();
  for (const link of document.querySelectorAll(".errors a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault(); // following the link would scroll there and leave the focus behind
      document.getElementById(link.hash.slice(1))?.focus();
    });
  }
}

// -- keys --

function press(element) {
  element.click(); // whether a decision counts is asked where its form is sent
  if (element.tagName !== "SUMMARY" || element.dataset.key === "?") return; // who reads the keys goes on with them
  element.parentElement.querySelector("input:not([type=hidden]), select, a")?.focus();
}

function closePanel() {
  const open = document.activeElement.closest("details[open]");
  if (!open) return false;
  open.open = false;
  document.getElementById("main").focus({ preventScroll: true });
  return true;
}

function refuseEnter() {
  if (questions.areAsked() && !questions.first()) {
    questions.sendIfLooked();
  } else if (questions.areAsked()) {
    complain("First say of each marked place whether somebody is there: Y covers it, N says nobody.");
    questions.show(questions.first());
  } else if (document.querySelector("[data-key=n]")) {
    complain("Nothing was found on this photo, so Enter does not pass it. If nobody and no name is in it, press N.");
  } else if (document.querySelector("[data-redraw]")) {
    complain("The copy is being drawn again; then look at it once more. The right arrow goes on: this photo stays in the list.");
  } else if (document.querySelector("div.reason button[name=again]")) {
    complain("A change of this photo could not be drawn, so Enter does not pass it. Try again, or take it back with U.");
  } else if (document.querySelector(".decide [data-key=u]")) {
    complain("This photo is decided on already. The right arrow goes on, U undoes it.");
  }
}

function onKey(event) {
  if (document.body.dataset.keys !== "on" || event.ctrlKey || event.altKey || event.metaKey) return;
  const target = event.target;
  if (target.matches(TEXT)) return;
  const isAct = event.key.length === 1 || ["Enter", "Escape", "ArrowLeft", "ArrowRight"].includes(event.key);
  if (isAct && isWaiting()) { event.preventDefault(); return; }
  if (draw.isOn()) {
    if (draw.onKey(event)) event.preventDefault();
    return;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isNative = target.matches("[type=radio], [type=checkbox]") ? key.startsWith("Arrow") : false;
  if (isNative || ((key === "Enter" || key === " ") && target.closest("a, button, summary, input"))) return;
  if (event.repeat && key !== "[" && key !== "]") return;
  if (!act(key)) return;
  event.preventDefault();
}

function act(key) {
  if ((key === "y" || key === "n") && questions.areAsked()) { questions.answer(key === "y" ? "cover" : "nobody"); return true; }
  if (key === "u" && questions.takeBack()) return true;
  if (key === "o" && original.toggle()) return true;
  if (key === "Escape" && closePanel()) return true;
  const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (element) { press(element); return true; }
  switch (key) {
    case "Enter": refuseEnter(); break;
    case "p": document.querySelector("[data-draw=box]") && draw.begin("polygon"); break;
    case "l": document.querySelector(".places .lit a.lift")?.click(); break;
    case "[": step(-1); break;
    case "]": step(1); break;
    case "h": document.getElementById("picture")?.classList.toggle("plain"); break;
    default: return false;
  }
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  if (link.dataset.draw) draw.begin(link.dataset.draw, link);
  else if ("swap" in link.dataset) isWaiting() || visit(link.href);
  else return;
  event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") === "/sign-out") unsent.forget();
  if (event.submitter && "looked" in event.submitter.dataset && !mayDecide()) event.preventDefault();
  if (event.defaultPrevented) return;
  if (form.id === "draw") draw.finish();
  else if ("original" in form.dataset) original.toggle() || original.show(form);
  else if ("withKey" in form.dataset) original.sendWithKey(form);
  else if ("questions" in form.dataset) questions.sendAll(form, event.submitter);
  else if ("swap" in form.dataset) send(form, event.submitter);
  else if (form.method !== "post" || !isTwice(form)) return;
  event.preventDefault();
});

function showBurst() { // a long one is wider than the picture: the photo that is looked at is in sight
  const here = document.querySelector(".burst [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.clientWidth) / 2;
}

function isTwice(form) { // a double click is one act: the second would be answered "changed meanwhile"
  const before = Number(form.dataset.sentAt || -Infinity);
  form.dataset.sentAt = performance.now();
  return performance.now() - before < 2000;
}

document.addEventListener("change", (event) => { // who names the pupil of a cover has said why it may be seen
  const why = event.target.id === "pupil" && event.target.value && document.querySelector("[name=cause][value=consent]");
  if (why) why.checked = true;
});
addEventListener("popstate", () => location.reload());
document.addEventListener("keydown", onKey);
document.addEventListener("toggle", (event) => { // what was opened at the lower end of the side is seen whole
  if (event.target.open && event.target.closest(".side")) event.target.scrollIntoView({ block: "nearest" });
}, true);
document.addEventListener("page", () => { draw.begun(); original.begin(); zoom.begin(); questions.begin(); showBurst(); });
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }); // a phone shows three
showPasswords();
offerCopies();
focusErrors();
start();
