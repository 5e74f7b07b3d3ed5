/* Selection of several labels: a rubber band over the tabs above the plot, and the bar of the selected labels. */
import { STILL, byId, cssColor, setProps, update } from "./dom.mjs";

export default (plot) => {
  let band = null;

  /* ---- the rubber band --------------------------------------------------------------------------- */
  const box = ({ from, to }) => new DOMRect(from.px, from.py, to.px - from.px, to.py - from.py);
  plot.onPointer({
    down: (event) => {
      const at = plot.marks.pressed(event);
      if (!at?.inLane || plot.overlay.dragged) return;
      band = { from: at, to: at, adds: event.shiftKey || event.ctrlKey || event.metaKey, begun: false };
    },
    move: (event) => {
      const at = band && plot.marks.position(event);
      if (!at) return;
      band.to = at;
      band.begun ||= Math.hypot(at.px - band.from.px, at.py - band.from.py) > STILL;
      if (band.begun) plot.overlay.drawFront();
    },
    up: () => {
      const done = band;
      if (!drop()) return;
      const ids = plot.overlay.within(box(done)).map(({ id }) => id);
      plot.labels.select(done.adds ? [...plot.labels.selection, ...ids] : ids, "plot");
    },
    cancel: () => void drop(),
  });
  const drop = () => {
    const begun = Boolean(band && band.begun);
    band = null;
    if (begun) plot.overlay.drawFront();
    return begun;
  };
  plot.drags.push(drop);
  plot.overlay.front.push({
    active: () => Boolean(band && band.begun),
    draw: (context, place) => {
      const { left, right, top, bottom } = box(band);
      const [x, y] = [Math.max(left, place.left), Math.max(top, place.lane - 2)];
      const [width, height] = [Math.min(right, place.right) - x, Math.min(bottom, place.top) - y];
      context.fillStyle = context.strokeStyle = cssColor("--tm-accent");
      context.globalAlpha = 0.2;
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
      context.strokeRect(x + 0.5, y + 0.5, width, height);
    },
  });

  /* ---- the bar ----------------------------------------------------------------------------------- */
  const ids = () => [...plot.labels.selection];
  const shift = (direction) => {
    if (!ids().length) return plot.toast("Select labels to shift them.");
    const field = byId("selection-shift-by"); // a number from 1
    if (field && !(field.value && field.checkValidity())) return field.focus(), plot.toast("Say by how many samples: a whole number above 0.");
    plot.labels.change("shift", ids(), { by: direction * Number(field?.value ?? 1) });
  };
  const merge = () => {
    if (ids().length < 2) return plot.toast("Select two or more labels of one class to merge them.");
    plot.labels.change("merge", ids());
  };

  let filled = null; // the bar whose content was requested
  const follow = () => {
    const count = plot.labels.selection.size;
    const bar = update("selection-bar", { hidden: !count });
    bar?.closest(".tm-pane-tools").classList.toggle("tm-some-selected", count);
    if (bar && count && filled !== bar) setProps("selection-bar", { hidden: false }), (filled = bar);
    update("selection-count", { textContent: `${count.toLocaleString("en")} selected` });
    update("selection-merge-button", { disabled: count < 2 });
  };
  for (const event of ["selection", "labels", "mounted", "review"]) plot.on(event, follow);

  const note = () => {
    plot.tellNow();
    const button = byId("selection-note-button");
    if (button) queueMicrotask(() => button.click());
    else plot.toast("Select labels to write a note on them.");
  };
  Object.assign(plot.actions, {
    merge,
    note,
    relabel: () => byId("label-field").focus(),
    "shift-earlier": () => shift(-1),
    "shift-later": () => shift(1),
    "select-all": () => plot.labels.select(plot.labelsShown().map(({ id }) => id), "keys"),
  });
};
