// What was drawn on a copy and not sent yet, kept in this tab alone for the same person, photo and copy: a session that
// ends meanwhile loses no missed face.  Places and ids, no picture and no name.  It goes when it is sent, forgotten or
// signed out, with another copy of the photo, and on the first page of another person.

const UNSENT = "unsent";

function place() {
  const { photo, output } = document.getElementById("photo")?.dataset ?? {};
  return { person: document.body.dataset.person, photo, output };
}

export function keep({ what, done, points, as }) {
  sessionStorage.setItem(UNSENT, JSON.stringify({ ...place(), what, done, points, as }));
}

export function forget() {
  sessionStorage.removeItem(UNSENT);
}

// Return what was drawn on the copy that is looked at, null where nothing was.
export function read() {
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
