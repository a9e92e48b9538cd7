// The desk's script: everything works without it, slower.  No library, no inline code, no eval: it keeps the page's CSP.
"use strict";

const PAINTED_MS = 700; // a key counts this long after the picture was painted, so that nobody decides what they did not see

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

function focusErrors() {
  document.querySelector("[data-focus]")?.focus();
  for (const link of document.querySelectorAll(".errors a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault(); // following the link would scroll there and leave the focus behind
      document.getElementById(link.hash.slice(1))?.focus();
    });
  }
}

// -- one photo --

const page = { paintedAt: 0, next: null, lit: 0 };

function light(number, isFocused) {
  for (const old of document.querySelectorAll(".lit")) old.classList.remove("lit");
  const line = document.querySelector(`[data-outline="outline-${number}"]`);
  if (!line) return;
  page.lit = number;
  line.classList.add("lit");
  document.getElementById(line.dataset.outline)?.classList.add("lit");
  if (isFocused) line.focus({ preventScroll: false });
}

function wirePlaces() {
  for (const line of document.querySelectorAll("[data-outline]")) {
    const number = Number(line.getAttribute("value"));
    line.addEventListener("mouseenter", () => light(number, false));
    line.addEventListener("focus", () => light(number, false));
  }
}

function step(by) {
  const lines = [...document.querySelectorAll("[data-outline]")].map((line) => Number(line.getAttribute("value")));
  if (!lines.length) return;
  const here = lines.indexOf(page.lit);
  light(lines[here < 0 ? (by > 0 ? 0 : lines.length - 1) : (here + by + lines.length) % lines.length], true);
}

// The next photo is fetched while this one is looked at: its page as text, its picture into a blob of this tab.
async function prefetch() {
  const photo = document.getElementById("photo");
  if (!photo?.dataset.next || page.next?.href === photo.dataset.next) return;
  const href = photo.dataset.next;
  try {
    const [html, blob] = await Promise.all([
      fetch(href).then((answer) => (answer.ok ? answer.text() : null)),
      photo.dataset.nextPicture ? fetch(photo.dataset.nextPicture).then((answer) => (answer.ok ? answer.blob() : null)) : null,
    ]);
    if (html) page.next = { href, html, picture: blob && URL.createObjectURL(blob) };
  } catch { /* offline, or signed out: the link works as a link */ }
}

function goTo(href) {
  const ready = page.next;
  if (!ready || ready.href !== href) { location.assign(href); return; }
  page.next = null;
  const fresh = new DOMParser().parseFromString(ready.html, "text/html");
  const image = fresh.getElementById("copy");
  if (image && ready.picture) image.setAttribute("src", ready.picture);
  document.getElementById("main").replaceChildren(...fresh.getElementById("main").childNodes);
  document.title = fresh.title;
  history.pushState(null, "", href);
  document.getElementById("main").focus({ preventScroll: true });
  begin(ready.picture);
}

function onKey(event) {
  if (document.body.dataset.keys !== "on" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, select, textarea, [contenteditable]")) return;
  const picture = document.getElementById("picture");
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (link) { event.preventDefault(); goTo(link.getAttribute("href")); return; }
  switch (event.key) {
    case "[": step(-1); break;
    case "]": step(1); break;
    case "h": case "H": picture?.classList.toggle("plain"); break;
    case "z": case "Z": document.body.classList.toggle("zoomed"); break;
    default: return;
  }
  event.preventDefault();
}

function begin(blob) {
  page.lit = 0;
  page.paintedAt = Infinity;
  const image = document.getElementById("copy");
  image?.decode().catch(() => {}).then(() => {
    requestAnimationFrame(() => { page.paintedAt = performance.now(); });
    if (blob) URL.revokeObjectURL(blob);
    prefetch();
  });
  wirePlaces();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-key]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    goTo(link.getAttribute("href"));
  }
});
addEventListener("popstate", () => location.reload());
showPasswords();
focusErrors();
if (document.getElementById("photo")) {
  document.addEventListener("keydown", onKey);
  begin(null);
}
