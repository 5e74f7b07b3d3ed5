/* Which strips of the labels' canvas are to be drawn anew after labels changed or were selected: among ten thousand labels
   an edit touches a few, and the others stay as they are drawn. */
export default (plot) => {
  const { overlay } = plot;
  const MANY = 100; // more changes than this are drawn with everything
  const SHARE = 0.5; // of the plot's width: strips that cover more are no gain
  let drawn = ""; // the geometry that is on the canvas; "" where all is to be drawn
  let changed = []; // labels as they were and as they are
  let selected = new Set(); // ids that are drawn as selected

  /** Let everything be drawn the next time. */
  overlay.forget = () => (drawn = "");

  const geometry = (canvas, place) =>
    [canvas.width, canvas.height, canvas.parentElement.clientWidth, canvas.parentElement.clientHeight, window.devicePixelRatio]
      .concat([place.left, place.right, place.top, place.bottom, place.lane, place.x(place.left), place.x(place.right)])
      .join();
  const turned = () => {
    const now = plot.labels.selection;
    const ids = [...[...selected].filter((id) => !now.has(id)), ...[...now].filter((id) => !selected.has(id))];
    return ids.map((id) => plot.labels.rows.get(id)).filter(Boolean);
  };
  /* In whole pixels of the screen: what is clipped between two of them would leave a seam. */
  const stripOf = (place, row) => {
    const ratio = window.devicePixelRatio || 1;
    const [from, to] = overlay.extent(place, row);
    const inside = (pixel) => Math.min(place.right + 1, Math.max(place.left - 1, pixel));
    return { from: Math.floor(inside(from) * ratio) / ratio, to: Math.ceil(inside(to) * ratio) / ratio };
  };
  const merged = (strips) => {
    const found = [];
    for (const strip of strips.sort((a, b) => a.from - b.from)) {
      const last = found.at(-1);
      if (last && strip.from <= last.to) last.to = Math.max(last.to, strip.to);
      else if (strip.to > strip.from) found.push(strip);
    }
    return found;
  };

  /** The strips to draw now, [{from, to}] in px of the graph, whose changes are then taken as drawn; null: everything. */
  overlay.strips = (canvas, place) => {
    const [before, now] = [drawn, geometry(canvas, place)];
    const rows = [...changed, ...turned()];
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
