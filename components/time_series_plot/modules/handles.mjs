/* Move labels by mouse: two handles on the edges of the selected label, and its tab in the lane for the whole label. A
   drag is shown live and sent to the server on release; Escape cancels it. */
import { STILL } from "./dom.mjs";

export default (plot) => {
  let drag = null;

  const selected = () => (plot.labels.selection.size === 1 ? plot.labels.selected()[0] : null);
  /* ---- the handles ------------------------------------------------------------------------------- */
  const handles = plot.host.querySelectorAll(".tm-handle");
  const fingers = matchMedia("(pointer: coarse)").matches; // touch needs larger targets than a mouse
  for (const node of handles) if (fingers) Object.assign(node.style, { left: "-15px", width: "30px" });
  for (const node of handles) plot.listen(node, "pointerdown", (event) => grab(event, { edge: node.dataset.edge }));
  const placeHandles = () => {
    const geometry = plot.overlay.geometry();
    if (!geometry) return;
    const row = plot.overlay.hidden ? null : selected();
    const bands = row ? plot.overlay.bands(row.channels, geometry) : [];
    const { top, bottom } = bands.length ? { top: bands[0].top, bottom: bands.at(-1).bottom } : geometry;
    for (const node of handles) {
      const { edge } = node.dataset;
      const at = row ? geometry.pixel((drag && drag.id === row.id ? plot.overlay.dragged : row)[edge]) : NaN;
      node.hidden = !(at >= geometry.left - 1 && at <= geometry.right + 1);
      node.style.transform = `translateX(${at}px)`;
      node.style.top = `${top}px`;
      node.style.height = `${bottom - top}px`;
    }
  };
  plot.on("drawn", placeHandles);

  /* ---- dragging ---------------------------------------------------------------------------------- */
  const grab = (event, part) => {
    const row = selected();
    if (event.button !== 0 || !row) return;
    event.preventDefault();
    event.stopPropagation();
    drag = { ...part, id: row.id, row, from: event.clientX, started: Boolean(part.edge) };
    plot.overlay.dragged = { id: row.id, x0: row.x0, x1: row.x1 };
  };
  const follow = (event) => {
    if (!drag) return;
    if (!drag.started && Math.abs(event.clientX - drag.from) <= STILL) return;
    drag.started = true;
    const geometry = plot.overlay.geometry();
    if (!geometry) return drop();
    const { toPlot, toServer } = plot.axis;
    const at = (pixel) => toPlot(geometry.x(pixel));
    const by = at(event.clientX) - at(drag.from);
    const moved = (x, far = by) => (far ? toServer(toPlot(x) + far) : x);
    const { row, edge } = drag;
    const start = plot.snap.on(event) ? plot.snap.toSample(moved(row.x0)) : moved(row.x0);
    const edges = edge ? { [edge]: plot.snap.place(moved(row[edge]), event) } : { x0: start, x1: moved(row.x1, toPlot(start) - toPlot(row.x0)) };
    const { x0, x1 } = { x0: row.x0, x1: row.x1, ...edges };
    plot.overlay.dragged = { id: row.id, x0: Math.min(x0, x1), x1: Math.max(x0, x1) };
    plot.marks.say(x0, x1);
    plot.overlay.draw();
  };
  const release = () => {
    if (!drag) return;
    const { row, started, edge } = drag;
    const { x0, x1 } = plot.overlay.dragged;
    drop();
    if (!started || (x0 === row.x0 && x1 === row.x1)) return;
    const still = edge === "x0" ? x1 === row.x1 : x0 === row.x0; // the opposite edge; if dragged across it, the edges are exchanged
    const moved = !edge ? { x0, x1, whole: true } : !still ? { x0, x1 } : edge === "x0" ? { x0 } : { x1 };
    plot.labels.change("move", [row.id], moved);
  };
  const drop = () => {
    drag = null;
    plot.overlay.dragged = null;
    plot.marks.say(null, null);
    plot.overlay.draw();
  };
  /** Cancel a drag; returns whether there was one. */
  plot.drags = [() => (drag ? (drop(), true) : false)];
  plot.cancelDrag = () => plot.drags.some((cancel) => cancel());

  plot.onPointer({
    /* A press on the tab of the selected label can become a move of the whole label. */
    down: (event) => {
      const row = selected();
      const at = row && plot.marks.pressed(event);
      if (at?.inLane && plot.overlay.hit(at.px, at.py)?.id === row.id) grab(event, {});
    },
    move: follow,
    up: release,
    cancel: drop,
  });
};
