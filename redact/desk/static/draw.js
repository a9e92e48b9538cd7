// Drawing on the copy: a drag, two taps, or the arrow keys make a box; corners one after the other make a polygon.
// Everything is in pixels of the copy, as the outlines are.  What is drawn goes off with the form #draw; until it is sent
// unsent.js keeps it.
import { send } from "./swap.js";
import * as unsent from "./unsent.js";

const SVG = "http://www.w3.org/2000/svg";
const TAP_PX = 8; // on the screen: less than that is a tap, not a drag
const HINTS = {
  box: "Drag over the place, or tap two corners.",
  polygon: "Tap the corners one after the other; tap the first one again to close.",
  crop: "Drag over the part that is to stay, or tap two corners.",
};
const BY_KEYS = matchMedia("(hover: none)").matches ? "" : " With keys: arrows move the box, Shift with arrows sizes it.";
let drawing = null; // { what, done: [polygon], corner, from, points, isTouched, link }

export function isOn() {
  return drawing !== null;
}

export function begin(what, link) {
  const form = document.getElementById("draw"), svg = document.getElementById("outlines");
  if (!form || !svg) return;
  const former = drawing; // box or polygon: what was covered with the other stays
  if (drawing) end();
  const isKept = former?.isTouched && former.what !== "crop" && what !== "crop";
  drawing = { what, done: isKept ? former.done : [], corner: null, from: null, points: [], isTouched: isKept && former.done.length > 0, link };
  if (what !== "polygon" && !drawing.isTouched) drawing.done.push(boxInTheMiddle(svg));
  form.hidden = false;
  document.getElementById("unsent").hidden = true;
  const hasKeys = what !== "polygon" && !matchMedia("(pointer: coarse)").matches;
  document.getElementById("draw-hint").textContent = HINTS[what] + (hasKeys ? BY_KEYS : "");
  form.querySelector("[data-as]").hidden = document.getElementById("draw-shape").hidden = what === "crop";
  form.querySelector("#draw-set").firstChild.textContent = what === "crop" ? "Crop " : "Cover ";
  document.getElementById("draw-end").onclick = cancel;
  form.onchange = keep;
  document.getElementById("draw-shape").onclick = () => begin(drawing?.what === "polygon" ? "box" : "polygon", link);
  document.getElementById("photo").classList.add("drawing");
  svg.onpointerdown = onDown;
  svg.onpointermove = onMove;
  svg.onpointerup = onUp;
  svg.onpointercancel = () => { drawing.from = null; paint(); };
  document.getElementById("draw-set").focus({ preventScroll: false });
  document.getElementById("picture").scrollIntoView({ block: "nearest" }); // on a phone the button stands far below it
  paint();
}

function cancel() {
  if (drawing?.isTouched) unsent.forget();
  end();
  offer();
}

function end() {
  if (!drawing) return;
  const { link } = drawing;
  drawing = null;
  document.getElementById("drawn")?.remove();
  document.getElementById("photo")?.classList.remove("drawing");
  const form = document.getElementById("draw"), svg = document.getElementById("outlines");
  if (!form || !svg) return; // the page was swapped
  form.hidden = true;
  svg.onpointerdown = svg.onpointermove = svg.onpointerup = svg.onpointercancel = null;
  (link?.isConnected ? link : document.getElementById("main")).focus();
}

// Another page is there: offer what was drawn on this very copy and not sent.
export function begun() {
  drawing = null;
  unsent.tidy();
  offer();
}

function offer() {
  const notice = document.getElementById("unsent"), kept = unsent.drawn();
  if (!notice) return;
  notice.hidden = !kept;
  document.getElementById("unsent-take").onclick = () => takeUp(kept);
  document.getElementById("unsent-drop").onclick = () => { unsent.forget(); notice.hidden = true; document.getElementById("main").focus(); };
}

function takeUp({ what, done, points, as }) {
  begin(what, document.querySelector("[data-draw=box]"));
  Object.assign(drawing, { done, points, isTouched: true });
  const choice = document.querySelector(`#draw [name=as][value="${CSS.escape(as)}"]`);
  if (choice) choice.checked = true;
  paint();
}

function keep() {
  if (!drawing?.isTouched) return;
  const as = document.querySelector("#draw [name=as]:checked")?.value ?? "head";
  unsent.keepDrawn({ ...drawing, as });
}

export async function finish() {
  if (!drawing) return;
  if (drawing.points.length >= 3) drawing.done.push(drawing.points.splice(0));
  const form = document.getElementById("draw");
  for (const old of form.querySelectorAll("[data-drawn]")) old.remove();
  const shapes = drawing.isTouched ? drawing.done : [];
  if (!shapes.length) { document.getElementById("draw-hint").textContent = `Nothing is marked yet. ${HINTS[drawing.what]}`; return; }
  for (const shape of drawing.what === "crop" ? shapes.slice(-1) : shapes) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: drawing.what === "crop" ? "crop" : "cover" });
    field.value = shape.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    field.dataset.drawn = "";
    form.append(field);
  }
  if (await send(form)) unsent.forget();
}

export function onKey(event) {
  if (event.key === "Escape") { cancel(); return true; }
  if (event.target.matches("[type=radio]")) return false;
  if (event.key === "Enter") {
    if (event.target.closest("button, a")) return false;
    if (!event.repeat) finish();
    return true;
  }
  if (event.key === "Backspace" || event.key === "Delete") { undo(); return true; }
  if (event.key === "p" || event.key === "c") { begin(event.key === "p" ? "polygon" : "box", drawing.link); return true; }
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const box = drawing.done.at(-1);
  if (!by || !box || box.length !== 4) return false;
  nudge(box, by, event.shiftKey);
  return true;
}

function undo() {
  if (drawing.points.length) drawing.points.pop();
  else drawing.done.pop();
  drawing.isTouched = drawing.done.length > 0 || drawing.points.length > 0;
  if (!drawing.isTouched) unsent.forget();
  paint();
}

function nudge(box, [dx, dy], isSized) {
  const [width, height] = sizeOf(document.getElementById("outlines"));
  const by = Math.max(width, height) / 100;
  const [x0, y0] = box[0], [x1, y1] = box[2];
  const w = clamp(x1 - x0 + (isSized ? dx * by : 0), by, width), h = clamp(y1 - y0 + (isSized ? dy * by : 0), by, height);
  const x = clamp(x0 + (isSized ? 0 : dx * by), 0, width - w), y = clamp(y0 + (isSized ? 0 : dy * by), 0, height - h);
  box.splice(0, 4, [x, y], [x + w, y], [x + w, y + h], [x, y + h]);
  drawing.isTouched = true;
  paint();
}

// -- pointer --

function onDown(event) {
  event.preventDefault();
  event.currentTarget.setPointerCapture(event.pointerId);
  drawing.from = { at: pointOf(event), x: event.clientX, y: event.clientY };
}

function onMove(event) {
  const corner = drawing.from?.at ?? drawing.corner;
  if (!corner || drawing.what === "polygon") return;
  paint(boxOf(corner, pointOf(event)));
}

function onUp(event) {
  const { from } = drawing, at = pointOf(event);
  if (!from) return;
  drawing.from = null;
  if (drawing.what === "polygon") { addCorner(event, at); return; }
  const isTap = Math.hypot(event.clientX - from.x, event.clientY - from.y) < TAP_PX;
  if (!isTap) addBox(boxOf(from.at, at));
  else if (drawing.corner) addBox(boxOf(drawing.corner, at));
  else { drawing.corner = at; paint(boxOf(at, at)); }
}

function addBox(box) {
  if (!drawing.isTouched || drawing.what === "crop") drawing.done = []; // the box in the middle was for the keys
  drawing.corner = null;
  drawing.isTouched = true;
  drawing.done.push(box);
  paint();
}

function addCorner(event, at) {
  const first = drawing.points[0];
  const unit = Math.max(...sizeOf(event.currentTarget)) / event.currentTarget.getBoundingClientRect().width;
  if (drawing.points.length >= 3 && Math.hypot(first[0] - at[0], first[1] - at[1]) < 16 * unit) {
    drawing.done.push(drawing.points.splice(0));
  } else drawing.points.push(at);
  drawing.isTouched = true;
  paint();
}

// -- geometry and paint --

function pointOf(event) {
  const svg = event.currentTarget, [width, height] = sizeOf(svg);
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [clamp(at.x, 0, width), clamp(at.y, 0, height)];
}

function sizeOf(svg) {
  return [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height];
}

function boxInTheMiddle(svg) {
  const [width, height] = sizeOf(svg), side = Math.min(width, height) / 6;
  return boxOf([(width - side) / 2, (height - side) / 2], [(width + side) / 2, (height + side) / 2]);
}

function boxOf([ax, ay], [bx, by]) {
  const [x0, x1] = ax < bx ? [ax, bx] : [bx, ax], [y0, y1] = ay < by ? [ay, by] : [by, ay];
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

function paint(rubber) {
  if (!rubber) keep();
  const svg = document.getElementById("outlines");
  document.getElementById("drawn")?.remove();
  const group = svg.appendChild(document.createElementNS(SVG, "g"));
  group.id = "drawn";
  for (const shape of [...drawing.done, ...(rubber ? [rubber] : [])]) group.append(shapeOf("polygon", shape));
  if (drawing.points.length) group.append(shapeOf("polyline", drawing.points));
  const corners = [...drawing.points, ...(drawing.corner ? [drawing.corner] : [])];
  for (const [x, y] of corners) {
    const dot = document.createElementNS(SVG, "circle");
    for (const [name, value] of Object.entries({ cx: x, cy: y, r: 7 * svg.dataset.unit })) dot.setAttribute(name, value);
    group.append(dot);
  }
}

function shapeOf(name, points) {
  const shape = document.createElementNS(SVG, name);
  shape.setAttribute("points", points.map((point) => point.join(",")).join(" "));
  return shape;
}
