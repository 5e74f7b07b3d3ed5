/* Draw suggestions on the canvas behind the lines: dashed, lighter than labels, with the score if there is room.
   Rejected ones, if visible, are grey and struck through. */
import { cssColor, strokeLines } from "./dom.mjs";

export default (plot) => {
  const { overlay } = plot;
  const HEAD = 5; // px: half the head of a suggestion on one sample
  const DASHED = 5; // px: narrower ones have no separate edges
  const DASHES = [4, 3];

  /* Dashed lines, [color, …points]: one path per colour. */
  const stroke = (context, lines) => {
    for (const [color, ofColor] of Map.groupBy(lines, ([color]) => color)) {
      context.strokeStyle = color;
      strokeLines(context, ofColor.map(([, ...points]) => points), { dashes: DASHES });
    }
  };
  const box = (left, top, right, bottom) => [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
  const half = (pixel) => Math.round(pixel) + 0.5;

  /** Draw suggestions on a 2D context; `tab` is the position of the tab of each. */
  overlay.paintSuggestions = (context, place, rows, tab) => {
    const dashed = [];
    const ink = cssColor("--bs-body-color");
    const grey = cssColor("--bs-secondary-color");
    const names = [];
    for (const row of rows) {
      const rejected = row.status === "rejected";
      const selected = plot.labels.selection.has(row.id);
      const color = rejected ? grey : row.color;
      let [from, to] = [Math.max(place.pixel(row.x0), place.left - 2), Math.min(place.pixel(row.x1), place.right + 2)];
      if (to - from < 0.5) [from, to] = [(from + to - 0.5) / 2, (from + to + 0.5) / 2];
      const point = row.x0 === row.x1;
      const { top, height } = tab(place, row);
      const [left, right] = point ? [from - HEAD, from + HEAD] : [from, to];
      context.fillStyle = color;
      for (const band of overlay.bands(row.channels, place)) {
        context.globalAlpha = rejected ? 0.04 : selected ? 0.24 : 0.09;
        if (!point) overlay.fill(context, band, from, to);
        const edges = point ? [from] : to - from > DASHED ? [from, to] : [];
        for (const edge of edges.filter((x) => x >= band.left - 2 && x <= band.right + 2)) dashed.push([color, [half(edge), band.top], [half(edge), band.bottom]]);
      }
      context.globalAlpha = selected ? 0.6 : 0.25;
      context.fillRect(left, top, right - left, height - 1);
      context.globalAlpha = 1;
      if (right - left > DASHED) dashed.push([color, ...box(half(left), half(top), half(right) - 1, half(top + height) - 2)]);
      if (selected) {
        context.fillStyle = ink;
        context.fillRect(left, top - 1, right - left, 2);
        context.fillRect(left, top + height - 2, right - left, 2);
      }
      if (right - left > 14) names.push({ row, rejected, at: left + 3, room: right - left - 6, middle: top + height / 2 });
    }
    stroke(context, dashed);
    names.forEach((name) => paintName(context, name, name.rejected ? grey : ink));
  };
  const paintName = (context, { row, rejected, at, room, middle }, ink) => {
    const name = overlay.nameOf(row);
    const scored = `${name} ${plot.scoreText(row)}`.trim();
    const whole = context.measureText(scored).width <= room ? scored : name;
    overlay.paintName(context, whole, ink, at, room, middle + 0.5);
    if (rejected) context.fillRect(at, Math.round(middle), Math.min(room, context.measureText(whole).width), 1);
  };
  /** The score of a suggestion as displayed, "" without one. */
  plot.scoreText = ({ score }) => (typeof score === "number" ? score.toFixed(2) : "");
};
