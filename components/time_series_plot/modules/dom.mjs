/* Small helpers without state: elements, numbers, colours, localStorage, work that can wait. */

export const root = document.documentElement.dataset.root; // path prefix of all URLs, such as "/tidemark"
export const byId = (id) => document.getElementById(id);
export const setProps = (id, props) => window.dash_clientside.set_props(id, props);

/** An element; what is no property of it becomes an attribute. */
export const element = (tag, properties, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

/** "1 label", "1,234 labels". */
export const plural = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

/* crypto.randomUUID exists only on https and localhost; a team's server may be plain http. */
export const newUuid = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

/* localStorage; when it is full or forbidden, only the memory is lost. */
const guarded = (work, otherwise) => {
  try {
    return work();
  } catch {
    return otherwise;
  }
};
export const memory = {
  get: (name) => guarded(() => localStorage.getItem(name), null),
  set: (name, value) => guarded(() => localStorage.setItem(name, value)),
  remove: (name) => guarded(() => localStorage.removeItem(name)),
};
/** A Map whose entries outlive the page: each in localStorage, under a name that begins with `prefix`. */
export class Kept extends Map {
  constructor(name) {
    super();
    const prefix = (this.prefix = root + name); // installations at paths of one host share its localStorage
    const names = guarded(() => Object.keys(localStorage), []).filter((name) => name.startsWith(prefix));
    for (const name of names) {
      const read = () => super.set(name.slice(prefix.length), JSON.parse(memory.get(name)));
      if (!guarded(read)) memory.remove(name); // it cannot be read
    }
  }
  set(key, value) {
    memory.set(this.prefix + key, JSON.stringify(value));
    return super.set(key, value);
  }
  delete(key) {
    memory.remove(this.prefix + key);
    return super.delete(key);
  }
}

/** Index of the number nearest to x in ascending numbers; -1 where there is none. */
export const nearest = (numbers, x) => {
  let [low, high] = [0, numbers.length - 1];
  if (high < 0) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= x) low = middle;
    else high = middle;
  }
  return x - numbers[low] <= numbers[high] - x ? low : high;
};

/* ---- canvases -------------------------------------------------------------------------------------- */
/** The 2D context of a canvas that is as large as `host`, empty; units are px of the page. */
export const emptied = (canvas, { clientWidth: width, clientHeight: height }) => {
  const ratio = window.devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) }); // which also clears it
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  return context;
};
/** Draw inside a box only; what `draw` sets of the context is put back. */
export const within = (context, { left, top, right, bottom }, draw) => {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  draw();
  context.restore();
};

/* ---- colours --------------------------------------------------------------------------------------- */
/** The value of a CSS custom property of the page. */
export const cssColor = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const painted = (color) => {
  probe.fillStyle = "#888";
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
const linear = (value) => (value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const luminance = (rgb) => rgb.reduce((sum, part, at) => sum + linear(part) * [0.2126, 0.7152, 0.0722][at], 0);
const EVEN = 0.1916; // the luminance on which #111 and white have the same contrast: (L + .05)² = (L of #111 + .05)(1 + .05)
const inks = new Map();
/** Black or white, whichever has the greater contrast (WCAG 2) on a CSS colour. */
export const inkOn = (color) => {
  if (!inks.has(color)) inks.set(color, luminance(painted(color)) > EVEN ? "#111" : "#fff");
  return inks.get(color);
};

/* ---- work that can wait ------------------------------------------------------------------------------ */
const QUIET = 150; // ms without a further change: an edit and its confirmation are then one
const LATEST = 400; // ms, however many changes come
const idle = window.requestIdleCallback || setTimeout;

/** A function that runs `work` soon, once for all calls meanwhile. Its `now` runs it at once if it is still to come. With
    thousands of labels, lists and buttons would otherwise keep the confirmation of an edit from being drawn. */
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

/** Enable a button with `data-plot`: its clicks are heard on the document, so that Dash need not know. */
export const enable = (id, enabled, more = {}) => {
  const button = byId(id);
  if (button) Object.assign(button, more, { disabled: !enabled });
};
