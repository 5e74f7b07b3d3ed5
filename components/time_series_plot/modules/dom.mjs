/* Helpers without state: elements, numbers, colours, localStorage, deferred work. */

export const root = document.documentElement.dataset.root; // path prefix of all URLs, such as "/tidemark"
export const byId = (id) => document.getElementById(id);
export const setProps = (id, props) => window.dash_clientside.set_props(id, props);

export const element = (...all) => window.dash_clientside.element(...all); // assets/toasts.js

/** Change an element that may be missing; returns it. `words` set its title and accessible name, `pressed` its state. */
export const update = (id, { words, pressed, ...properties }) => {
  const node = byId(id);
  if (!node) return null;
  if (node.textContent === properties.textContent) delete properties.textContent; // otherwise a screen reader would repeat it
  Object.assign(node, words && { title: words, ariaLabel: words }, properties);
  if (pressed !== undefined) node.ariaPressed = node.classList.toggle("tm-on", pressed);
  return node;
};

/** "1 label", "1,234 labels". */
export const plural = (number, singular, many = `${singular}s`) => `${number.toLocaleString("en")} ${number === 1 ? singular : many}`;

/* crypto.randomUUID exists only on https and localhost; a team's server may be plain http. */
const anyDigit = (digit) => (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16);
export const newUuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, anyDigit);

/** A Map whose entries survive a reload: each in localStorage, under a name that begins with `prefix`. */
export class Kept extends Map {
  constructor(name) {
    super();
    const prefix = (this.prefix = root + name); // installations at different paths of one host share its localStorage
    const names = guarded(() => Object.keys(localStorage), []).filter((name) => name.startsWith(prefix)); // guarded: assets/theme.js
    for (const name of names) {
      const read = () => super.set(name.slice(prefix.length), JSON.parse(localStorage.getItem(name)));
      if (!guarded(read)) guarded(() => localStorage.removeItem(name)); // unreadable entry
    }
  }
  set(key, value) {
    guarded(() => localStorage.setItem(this.prefix + key, JSON.stringify(value)));
    return super.set(key, value);
  }
  delete(key) {
    guarded(() => localStorage.removeItem(this.prefix + key));
    return super.delete(key);
  }
}

/** Index of the first item of a sorted list for which `reached` is true (and stays true). */
export const firstPlace = (list, reached) => {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
};
/** Index of the number nearest to x in ascending numbers; -1 if there are none. */
export const nearest = (numbers, x) => {
  const after = firstPlace(numbers, (number) => number > x);
  const last = Math.min(after, numbers.length - 1);
  return last > 0 && x - numbers[last - 1] <= numbers[last] - x ? last - 1 : last;
};

export const STILL = 4; // px a press may move and still be a click

/* ---- canvases -------------------------------------------------------------------------------------- */
/** Pixels of the screen per px of the page. */
export const pixelRatio = () => window.devicePixelRatio || 1;
/** The 2D context of an empty canvas of the size of `host`; units are px of the page. */
export const emptied = (canvas, { clientWidth: width, clientHeight: height }) => {
  const ratio = pixelRatio();
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) }); // which also clears it
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  return context;
};
/** Draw clipped to a box; the state of the context is restored. */
export const within = (context, { left, top, right, bottom }, draw) => {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  draw();
  context.restore();
};
/** Draw lines, each a list of points [x, y]: one path, which costs little more than one line. */
export const strokeLines = (context, lines, { width = 1, dashes = [] } = {}) => {
  context.lineWidth = width;
  context.setLineDash(dashes);
  context.beginPath();
  for (const [start, ...rest] of lines) {
    context.moveTo(...start);
    for (const point of rest) context.lineTo(...point);
  }
  context.stroke();
  context.setLineDash([]);
};

/* ---- colours, fonts ---------------------------------------------------------------------------------- */
/** The value of a CSS custom property of the page; its fonts, for a canvas. */
export const cssColor = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const textFont = () => getComputedStyle(document.body).fontFamily;

/* ---- deferred work ----------------------------------------------------------------------------------- */
const QUIET = 150; // ms without a further change: combines an edit and its confirmation
const LATEST = 400; // maximum delay in ms
const idle = window.requestIdleCallback || setTimeout;

/** Returns a function that runs `work` soon, once for several calls. Its `now` runs pending work at once. With
    thousands of labels, lists and buttons would otherwise delay the drawing of an edit. */
export const later = (work) => {
  let [first, timer] = [0, 0];
  const now = () => {
    if (!first) return;
    first = 0;
    clearTimeout(timer);
    work();
  };
  const soon = () => {
    const at = performance.now();
    first = first || at;
    clearTimeout(timer);
    timer = setTimeout(() => idle(now, { timeout: LATEST }), Math.max(0, Math.min(QUIET, first + LATEST - at)));
  };
  return Object.assign(soon, { now });
};
