// One photo after the other without a new page: what a link or form answers is put in the place of #main, all of it at
// once, so that no outline of one photo stands on another.  Pictures of the next two are fetched into blobs of this tab;
// the next one is shown, bare and out of reach, while a decision is written.  That it is written is told by the answer.

const LOOK_MS = 700; // a decision counts this long after the picture was painted; desk.md, "Keys"
const POLL_MS = 500; // between two looks for a redraw; desk.md, "Redraw"
const ahead = new Map(); // address of a picture -> promise of an image that is decoded, null where it does not come
let paintedAt = 0;
let isBusy = false;
let isEarly = false; // something was pressed while a form was under way
let waiting = 0;
let turn = 0; // counts what is asked for: of two pages the one that was asked for later is shown, whichever comes first
let visits = 0; // pages that are under way
let shown = 0; // counts the pages that were put here

// Say whether a decision counts: nobody decides what they did not see, and what was drawn is sent or forgotten first.
export function mayDecide() {
  const unsent = document.querySelector("#unsent:not([hidden]) button");
  if (unsent) {
    complain("You drew a place on this copy that was not sent. Take it up again, or forget it; then decide.");
    unsent.focus();
    return false;
  }
  const copy = document.getElementById("copy");
  if (copy?.complete && !copy.naturalWidth) sayNoPicture();
  else if (!hasLooked()) sayTooSoon();
  return hasLooked();
}

function hasLooked() {
  return wasSeenSince(0);
}

// Say whether something that is in sight since a moment was there long enough, with its picture painted.
export function wasSeenSince(moment) {
  return performance.now() - Math.max(moment, paintedAt) >= LOOK_MS;
}

function sayNoPicture() {
  document.getElementById("alert").textContent = "The picture did not come, so nothing can be decided here. Open the page again; if it stays away, tell your IT services manager.";
}

function sayTooSoon() {
  document.getElementById("alert").textContent = "That was too soon after the picture, so nothing was done. Look, then do it again.";
}

// Say whether a form is under way: what is pressed then does nothing, and that is told on the page that comes.
export function isWaiting() {
  isEarly ||= isBusy;
  return isBusy;
}

export function complain(sentence) {
  const alert = document.getElementById("alert");
  alert.textContent = sentence;
  alert.focus();
}

export async function visit(href) {
  const mine = ++turn;
  visits += 1;
  try {
    const answer = await ask(href, {});
    if (answer) await show(answer, mine);
  } finally {
    visits -= 1;
  }
}

// Send a form and show what it answers; return whether what it asks for was done.
export function send(form, button) {
  return alone(async () => {
    const mine = ++turn;
    const asked = ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
    const takeBack = "onward" in form.dataset ? await showNext() : null;
    const answer = await asked;
    if (answer?.isOk) await show(answer, mine);
    else if (answer?.isElsewhere) location.assign(answer.url); // it was done; the page behind it does not come
    else {
      takeBack?.();
      if (answer) complain(sentenceOf(answer.html));
    }
    return Boolean(answer?.isOk);
  });
}

// Do what changes something, until its answer is shown; a second press does nothing while the first is under way.
export async function alone(act) {
  if (isBusy) return false;
  isBusy = true;
  isEarly = false;
  document.body.classList.add("busy");
  try {
    return await act();
  } finally {
    isBusy = false;
    document.body.classList.remove("busy");
  }
}

// Put the next picture on the screen before the answer is there; return what takes it back, null where none is ready.
async function showNext() {
  const photo = document.getElementById("photo"), copy = document.getElementById("copy");
  const next = await Promise.race([ahead.get(photo.dataset.ahead.split(" ")[0]), null]);
  if (!next || !copy) return null;
  const side = photo.querySelector(".side"), held = document.activeElement;
  photo.classList.add("onward"); // no outline of the former photo, and nothing that can be pressed
  side.inert = true;
  next.id = copy.id;
  if (photo.dataset.nextWidth) { next.className = "larger"; next.width = photo.dataset.nextWidth; } // as its page draws it
  copy.replaceWith(next);
  return () => {
    next.replaceWith(copy);
    photo.classList.remove("onward");
    side.inert = false;
    held?.focus({ preventScroll: true });
  };
}

export function sentenceOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.getElementById("advice")?.textContent ?? "That did not work. Open the page again.";
}

async function ask(href, options) {
  try {
    const answer = await fetch(href, options);
    if (/^\/(sign-in|confirm)$/.test(new URL(answer.url).pathname)) {
      location.assign(answer.url);
      return null;
    }
    if (answer.status === 401) { // the session ended while the photo was looked at: nothing was done, and one comes back here
      location.assign(`/sign-in?then=${encodeURIComponent(location.pathname + location.search)}`);
      return null;
    }
    return { isOk: answer.ok, isElsewhere: answer.redirected, url: answer.url, html: await answer.text() };
  } catch {
    complain("The desk does not answer. Look at this page again before you go on: Ctrl and R.");
    return null;
  }
}

async function show({ html, url }, mine) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const each of fresh.querySelectorAll("noscript")) each.remove(); // a refresh in it would count
  if (mine !== turn) return; // the person went on
  const looks = (body) => [...body.classList].filter((each) => !["zoomed", "has-zoom", "busy"].includes(each)).join(" ");
  if (looks(fresh.body) !== looks(document.body)) { location.assign(url); return; }
  const image = fresh.getElementById("copy");
  const ready = image && await ahead.get(image.getAttribute("src"));
  if (mine !== turn) return;
  if (ready) { // it would be fetched once more
    image.removeAttribute("src");
    fresh.getElementById("whole")?.setAttribute("href", ready.src);
  }
  const held = document.activeElement?.dataset?.key;
  const isSame = new URL(url).pathname === location.pathname;
  document.getElementById("main").replaceChildren(...fresh.getElementById("main").childNodes);
  if (ready) document.getElementById("copy").replaceWith(dress(ready, image)); // decoded: nothing blinks
  document.title = fresh.title;
  history[isSame ? "replaceState" : "pushState"](null, "", url);
  const again = isSame && held && document.querySelector(`[data-key="${CSS.escape(held)}"]`);
  (again || document.getElementById("main")).focus({ preventScroll: true });
  document.getElementById("say").textContent = fresh.title;
  start();
}

function dress(picture, like) {
  for (const { name, value } of like.attributes) if (name !== "src") picture.setAttribute(name, value);
  return picture;
}

export function start() {
  paintedAt = Infinity;
  shown += 1;
  clearTimeout(waiting);
  document.dispatchEvent(new Event("page"));
  if (isEarly && document.getElementById("alert")) sayTooSoon();
  isEarly = false;
  for (const line of document.querySelectorAll("[data-outline]")) {
    line.addEventListener("mouseenter", () => light(line.dataset.outline));
    line.addEventListener("focusin", () => light(line.dataset.outline));
  }
  const question = [...document.querySelectorAll("[data-questions] fieldset")].find((each) => !each.querySelector(":checked"));
  if (question) light(question.dataset.outline);
  const photo = document.getElementById("photo");
  if (photo?.dataset.redraw) waiting = setTimeout(waitForRedraw, POLL_MS, photo.dataset.redraw, shown);
  const copy = document.getElementById("copy");
  const here = shown; // a picture that comes late, of a page that is gone, says nothing of the one that is looked at now
  const painted = () => requestAnimationFrame(() => { if (here === shown) { paintedAt = performance.now(); fetchAhead(); } });
  copy?.decode().catch(() => {}).then(() => { if (here === shown) copy.naturalWidth ? painted() : sayNoPicture(); });
}

async function waitForRedraw(number, here) {
  const answer = await fetch(`/redraws/${number}`).catch(() => null);
  if (answer?.redirected) { location.reload(); return; } // signed out meanwhile
  const found = answer?.ok ? await answer.json().catch(() => null) : null;
  if (here === shown && found?.is_over && !isBusy && !visits) await visit(location.href); // what a person asked for goes first
  if (here === shown) waiting = setTimeout(waitForRedraw, POLL_MS, number, here);
}

function fetchAhead() {
  const wanted = new Set((document.getElementById("photo")?.dataset.ahead ?? "").split(" ").filter(Boolean));
  const shown = document.getElementById("copy")?.src;
  for (const [address, ready] of ahead) {
    if (!wanted.has(address)) ready.then((image) => { if (image && image.src !== shown) { URL.revokeObjectURL(image.src); ahead.delete(address); } });
  }
  for (const address of wanted) if (!ahead.has(address)) ahead.set(address, fetchImage(address));
}

async function fetchImage(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return null;
    const image = new Image();
    image.src = URL.createObjectURL(await answer.blob());
    await image.decode();
    return image;
  } catch {
    return null; // the page loads it itself
  }
}

// -- places --

export function light(outline) {
  for (const old of document.querySelectorAll(".lit")) old.classList.remove("lit");
  if (!outline) return null;
  document.getElementById(outline)?.classList.add("lit");
  for (const line of document.querySelectorAll(`[data-outline="${outline}"]`)) line.classList.add("lit");
  return document.querySelector(`.places [data-outline="${outline}"]`);
}

export function step(by) {
  const lines = [...document.querySelectorAll(".places [data-outline]")];
  if (!lines.length) return;
  const here = lines.findIndex((line) => line.classList.contains("lit"));
  const next = here < 0 ? (by > 0 ? 0 : lines.length - 1) : (here + by + lines.length) % lines.length;
  light(lines[next].dataset.outline).focus();
}
