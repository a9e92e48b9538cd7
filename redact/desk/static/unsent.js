// What was drawn on a copy, or answered about its places in doubt, and not sent yet, kept in this tab alone for the same
// person, photo and copy: a session that ends meanwhile loses none of it.  Places, numbers and ids, no picture, no name.  It goes when it is sent, forgotten or
// signed out, with another copy of the photo, and on the first page of another person.

const UNSENT = "unsent";

function place() {
  const { photo, output } = document.getElementById("photo")?.dataset ?? {};
  return { person: document.body.dataset.person, photo, output };
}

export function keepDrawn({ what, done, points, as }) {
  keep({ what, done, points, as });
}

// Keep answers: number of a place -> "cover" or "nobody".
export function keepAnswers(answers) {
  keep({ answers });
}

function keep(more) {
  sessionStorage.setItem(UNSENT, JSON.stringify({ ...read(), ...place(), ...more }));
}

export function forget() {
  sessionStorage.removeItem(UNSENT);
}

// Return what was drawn on the copy that is looked at, null where nothing was.
export function drawn() {
  const kept = read();
  return kept?.what ? kept : null;
}

export function answers() {
  return read()?.answers ?? {};
}

function read() {
  const kept = parse(), here = place();
  const isHere = kept !== null && Object.keys(here).every((name) => kept[name] === here[name]);
  return isHere ? kept : null;
}

// A page came: forget what is another person's, or was drawn on a copy that is gone.
export function tidy() {
  const kept = parse(), here = place();
  if (!kept || !here.person) return;
  if (kept.person !== here.person || (kept.photo === here.photo && kept.output !== here.output)) forget();
}

function parse() {
  try {
    return JSON.parse(sessionStorage.getItem(UNSENT));
  } catch {
    return null;
  }
}
