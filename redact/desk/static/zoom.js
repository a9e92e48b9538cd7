// The copy at its full size: by a button, by the key Z, or by a tap on the picture, which goes to the tapped place.
// A phone pinches as it does on every page.  The state stays from photo to photo, and is told.

export function begin() {
  const button = document.getElementById("zoom");
  if (!button) return;
  button.hidden = false;
  document.body.classList.add("has-zoom");
  button.onclick = () => toggle();
  button.setAttribute("aria-pressed", String(document.body.classList.contains("zoomed")));
  document.getElementById("copy").onclick = (event) => {
    if (!document.getElementById("photo").classList.contains("drawing")) toggle(placeOf(event));
  };
}

function toggle(place = [0.5, 0.5]) {
  const isZoomed = document.body.classList.toggle("zoomed");
  document.getElementById("zoom").setAttribute("aria-pressed", String(isZoomed));
  document.getElementById("say").textContent = isZoomed ? "Zoomed in" : "The whole picture";
  if (isZoomed) goTo(place);
}

function placeOf(event) {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
  return [(event.clientX - left) / width, (event.clientY - top) / height];
}

function goTo([x, y]) {
  const stage = document.querySelector(".stage"), copy = document.getElementById("copy");
  stage.scrollLeft = x * copy.offsetWidth - stage.clientWidth / 2;
  stage.scrollTop = y * copy.offsetHeight - stage.clientHeight / 2;
}
