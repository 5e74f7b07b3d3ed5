/* Actions of keys in the plot. assets/keys.js listens, names the key and looks up its action. */
import { byId } from "./dom.mjs";

export default (plot) => {
  let words = {}; // keys of each action, as displayed
  const keys = (plot.keys = {
    /** The actions whose keys have priority now, or undefined. */
    within: () => (plot.review.acting() ? "review" : undefined),
    /** Set the property `keymap`; the first key of an action is also shown on its button. */
    use: (written) => {
      words = written;
      for (const { dataset } of document.querySelectorAll("[data-key-of]")) dataset.key = keys.first(dataset.keyOf);
    },
    /** The keys of an action in brackets, for the end of a title; "" without keys. */
    after: (action) => (words[action] ? ` (${words[action]})` : ""),
    /** The first key of an action as displayed, or "". */
    first: (action) => (words[action] || "").split(" or ")[0],
  });

  const step = (direction) => {
    const rows = plot.labels.list().filter(({ status }) => status !== "rejected" || plot.labels.rejectedShown);
    if (!rows.length) return;
    const [selected] = plot.labels.selection;
    const middle = plot.axis.toServer((plot.view.range[0] + plot.view.range[1]) / 2);
    let place = rows.findIndex(({ id }) => id === selected);
    if (place >= 0) place += direction;
    else place = direction > 0 ? rows.findIndex(({ x0 }) => x0 >= middle) : rows.findLastIndex(({ x1 }) => x1 <= middle);
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    plot.labels.select([row.id], "keys");
    if (!plot.view.shows(row.x0, row.x1)) plot.view.center(row.x0, row.x1);
  };
  const escape = () => plot.measure.cancel() || plot.cancelDrag() || (plot.marks.start !== null ? plot.marks.cancel() : plot.labels.select([], "keys"));
  /** A digit, or a letter without an action, labels with the class of that key. */
  keys.ofClass = (key) => {
    const labelClass = plot.labels.classOnKey(key);
    if (!labelClass) return plot.toast(`No label class has the key ${key} yet.`);
    if (plot.review.acting()) return plot.review.relabel(labelClass.name);
    plot.marks.useClass(labelClass.name);
  };
  const nudge = (edge, by) => {
    const ids = [...plot.labels.selection];
    return ids.length === 1 ? plot.labels.change("nudge", ids, { edge, by }) : plot.toast("Select one label to move its edge.");
  };
  const split = () => {
    const ids = [...plot.labels.selection];
    const place = plot.overlay.geometry();
    if (ids.length !== 1 || plot.overlay.hover === null || !place) return plot.toast("Select one label and point inside it to split it there.");
    plot.labels.change("split", ids, { x: place.x(plot.overlay.hover) });
  };
  /* ---- the cursor in the plot ---------------------------------------------------------------------- */
  const SHARE = 0.01; // step of the cursor, as a share of the view

  /* Cursor position on the server's axis; the middle of the view if there is no cursor. */
  const cursor = (place) => place.x(plot.overlay.hover ?? (place.left + place.right) / 2);
  const put = async (x) => {
    const [first, last] = plot.view.full.map(plot.axis.toServer);
    const target = Math.max(first, Math.min(last, x));
    if (!plot.view.shows(target, target)) await plot.view.center(target, target);
    const place = plot.overlay.geometry();
    if (!place) return;
    plot.overlay.hover = Math.max(place.left, Math.min(place.right, place.pixel(target)));
    plot.overlay.drawFront();
    plot.emit("hover", target);
  };
  const moveCursor = (by) => {
    const place = plot.overlay.geometry();
    if (!place) return;
    const x = cursor(place);
    /* Start on a sample: from between two samples, a step to the next would be shorter than one. */
    put(plot.overlay.hover === null ? (plot.view.drawnSample(x) ?? x) : by(x, place));
  };
  const part = (direction) => () => moveCursor((x, place) => place.x(place.pixel(x) + direction * SHARE * (place.right - place.left)));
  /* To the next sample where samples are drawn individually, else by the usual step. */
  const sample = (direction) => () =>
    moveCursor((x) => {
      const times = plot.view.drawnTimes();
      const at = plot.axis.toPlot(x);
      if (!times) return plot.axis.toServer(at + direction * plot.axis.step);
      const near = plot.axis.step * 1e-6;
      const next = direction > 0 ? times.find((time) => time > at + near) : times.findLast((time) => time < at - near);
      return next === undefined ? x : plot.axis.toServer(next);
    });

  Object.assign(plot.actions, {
    "cursor-left": part(-1),
    "cursor-right": part(1),
    "cursor-left-sample": sample(-1),
    "cursor-right-sample": sample(1),
    "mark-start": () => plot.marks.setEdge("start"),
    "mark-end": () => plot.marks.setEdge("end"),
    submit: () => (plot.marks.complete() || plot.labels.selection.size) && plot.marks.submit(byId("label-field").value),
    cancel: escape,
    "next-label": () => step(1),
    "previous-label": () => step(-1),
    "end-earlier": () => nudge("end", -1),
    "end-later": () => nudge("end", 1),
    "start-earlier": () => nudge("start", -1),
    "start-later": () => nudge("start", 1),
    split,
    "pan-left": () => plot.view.pan(-0.1),
    "pan-right": () => plot.view.pan(0.1),
    "pan-left-far": () => plot.view.pan(-0.5),
    "pan-right-far": () => plot.view.pan(0.5),
    "zoom-in": () => plot.view.zoom(0.5),
    "zoom-out": () => plot.view.zoom(2),
    fit: () => plot.view.show([...plot.view.full]),
  });
};
