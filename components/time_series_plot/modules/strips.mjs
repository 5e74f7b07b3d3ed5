/* Strips of the labels' canvas to redraw after labels or the selection changed: of ten thousand labels an edit affects
   a few. */
import { pixelRatio } from "./dom.mjs";

export default (plot) => {
  const { overlay } = plot;
  const MANY = 100; // more changes than this redraw everything
  const SHARE = 0.5; // share of the plot's width: larger strips are no faster
  let drawn = ""; // the geometry on the canvas; "" to redraw everything
  let changed = []; // changed labels, before and after
  let selected = new Set(); // ids that are drawn as selected

  /** Redraw everything the next time. */
  overlay.forget = () => (drawn = "");

  const geometry = (canvas, place) =>
    [canvas.width, canvas.height, canvas.parentElement.clientWidth, canvas.parentElement.clientHeight, pixelRatio()]
      .concat([place.left, place.right, place.top, place.bottom, place.lane, place.x(place.left), place.x(place.right)])
      .join();
  const reselected = () => {
    const now = plot.labels.selection;
    const ids = [...[...selected].filter((id) => !now.has(id)), ...[...now].filter((id) => !selected.has(id))];
    return ids.map((id) => plot.labels.rows.get(id)).filter(Boolean);
  };
  /* In whole pixels of the screen: clipping between two pixels would leave a seam. */
  const stripOf = (place, row) => {
    const ratio = pixelRatio();
    const [from, to] = overlay.extent(place, row);
    const inside = (pixel) => Math.min(place.right + 1, Math.max(place.left - 1, pixel));
    return { from: Math.floor(inside(from) * ratio) / ratio, to: Math.ceil(inside(to) * ratio) / ratio };
  };
  const merged = (strips) => {
    const joined = [];
    for (const strip of strips.sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last && strip.from <= last.to) last.to = Math.max(last.to, strip.to);
      else if (strip.to > strip.from) joined.push(strip);
    }
    return joined;
  };

  /** The strips to redraw, [{from, to}] in px of the graph, whose changes then count as drawn; null: everything. */
  overlay.strips = (canvas, place) => {
    const [before, now] = [drawn, geometry(canvas, place)];
    const rows = [...changed, ...reselected()];
    [drawn, changed, selected] = [now, [], new Set(plot.labels.selection)];
    if (before !== now || rows.length > MANY) return null;
    const strips = merged(rows.map((row) => stripOf(place, row)));
    const covered = strips.reduce((sum, { from, to }) => sum + to - from, 0);
    return covered > (place.right - place.left) * SHARE ? null : strips;
  };

  plot.on("labels", (change) => {
    if (!change || changed.length + change.fresh.length + change.gone.length > MANY) overlay.forget();
    else changed.push(...change.fresh, ...change.gone);
    overlay.drawChanges();
  });
  plot.on("selection", () => overlay.drawChanges());
};
