/* ECG paper: squares of 1 mm and of 5 mm behind channels in mV, at 25 mm/s and 10 mm/mV. A millimetre is as long across
   as it is high: how many pixels it has follows from the stretch of time on the screen, and the y ranges follow. */
import { cssColor, element, within } from "./dom.mjs";

export default (plot) => {
  const SPEED = 25; // mm/s
  const GAIN = 10; // mm/mV
  const LARGE = 5; // mm
  const FINE = 2.2; // px a millimetre must have for lines of 1 mm
  const COARSE = 0.5; // and for lines of 5 mm
  const TRUE = 96 / 25.4; // px of a millimetre on a screen of 96 dots per inch, as CSS counts
  const MILLIVOLTS = { mv: 1, uv: 1e-3, "µv": 1e-3, "μv": 1e-3, v: 1e3 };
  const paper = (plot.paper = {});

  /* ---- what has a place on paper ----------------------------------------------------------------- */
  const secondsOf = ({ seconds }) => seconds || 0; // of one unit of its time
  const millivolts = (unit) => MILLIVOLTS[(unit || "").trim().toLowerCase()] || 0;
  paper.on = () => plot.channels.look === "paper";
  /** Whether an axis is on paper: it is in mV (µV, V), on its own scale. */
  paper.covers = ({ scale, unit }) => paper.on() && !scale && millivolts(unit) > 0;
  /** Whether any channel that is shown is in mV. */
  paper.any = () => plot.channels.shown().map(plot.channels.get).some(({ unit, scale }) => millivolts(unit) && !scale);

  /* px of one mm when `width` px show `span` of the plot's axis. */
  const pixels = (span, width) => width / (span * secondsOf(plot.view.recording) * SPEED);

  /** The y range of an axis that is on paper. Its middle lies on a line of 5 mm, or of 1 mm where the row is
      hardly high enough. What is higher than the row is shown around its median, which is about the baseline. */
  paper.range = (axis, [low, high], values, { range, width, height }) => {
    const perMm = 1 / (GAIN * millivolts(axis.unit)); // of the axis' unit
    const half = (height / pixels(range[1] - range[0], width) / 2) * perMm;
    const middle = low === null ? 0 : high - low > 2 * half ? median(values) : (low + high) / 2;
    const step = perMm * (high - low > 2 * half - LARGE * perMm ? 1 : LARGE); // where there is room, lines stay while one pans
    const line = Math.round(middle / step) * step;
    return [line - half, line + half];
  };
  const median = (values) => {
    const kept = Float64Array.from(values).filter(Number.isFinite).sort();
    return kept[kept.length >> 1] ?? 0;
  };

  /** Zoom in to where a millimetre is as long as on paper, if it were too small to be read now: around the middle of
      the view, or from the beginning of the recording. */
  paper.enter = ({ beginning = false } = {}) => {
    const [from, to] = plot.view.range;
    const width = plot.paint.width();
    if (!paper.any() || pixels(to - from, width) >= FINE) return plot.view.redraw();
    const span = width / (TRUE * SPEED * secondsOf(plot.view.recording));
    const start = beginning ? from : (from + to - span) / 2;
    return plot.view.redraw([start, start + span]);
  };

  /* ---- drawing ----------------------------------------------------------------------------------- */
  const lines = (from, to, step, place, along) => {
    for (let index = Math.ceil(from / step); index * step <= to; index += 1) along(Math.round(place(index * step)) + 0.5);
  };
  const drawRow = (context, axis, millimetre) => {
    const { xaxis } = plot.view.gd._fullLayout;
    const yaxis = plot.paint.laidOut(axis);
    if (!yaxis?._length) return;
    const box = { left: xaxis._offset, right: xaxis._offset + xaxis._length, top: yaxis._offset, bottom: yaxis._offset + yaxis._length };
    const perSecond = 1 / secondsOf(plot.view.recording);
    const xOf = (mm) => xaxis._offset + (((mm / SPEED) * perSecond - xaxis.range[0]) / (xaxis.range[1] - xaxis.range[0])) * xaxis._length;
    const yOf = (mm) => yaxis._offset + ((yaxis.range[1] - mm / (GAIN * millivolts(axis.unit))) / (yaxis.range[1] - yaxis.range[0])) * yaxis._length;
    const toMm = { x: (value) => value * secondsOf(plot.view.recording) * SPEED, y: (value) => value * GAIN * millivolts(axis.unit) };
    const grid = (step, color) => {
      context.strokeStyle = color;
      context.beginPath();
      lines(...xaxis.range.map(toMm.x), step, xOf, (at) => (context.moveTo(at, box.top), context.lineTo(at, box.bottom)));
      lines(...yaxis.range.map(toMm.y), step, yOf, (at) => (context.moveTo(box.left, at), context.lineTo(box.right, at)));
      context.stroke();
    };
    within(context, box, () => {
      context.lineWidth = 1;
      if (millimetre >= FINE) grid(1, cssColor("--tm-paper-fine"));
      if (millimetre >= COARSE) grid(LARGE, cssColor("--tm-paper-coarse"));
    });
  };
  const millimetre = () => {
    const { xaxis } = plot.view.gd._fullLayout;
    return pixels(xaxis.range[1] - xaxis.range[0], xaxis._length);
  };
  plot.on("behind", ({ context, place }) => {
    if (!paper.on() || !plot.view.part) return;
    for (const { axis } of plot.paint.axes()) if (paper.covers(axis)) drawRow(context, axis, millimetre());
    caption(place);
  });

  /* ---- the caption ------------------------------------------------------------------------------- */
  /* Channels that are higher than their row at this gain: their tips are cut off. */
  const cut = () =>
    plot.paint.axes().flatMap(({ axis }) => {
      if (!paper.covers(axis)) return [];
      const { range } = plot.paint.laidOut(axis);
      const high = ({ channel, min, max }) => axis.channels.includes(channel) && (min < range[0] || max > range[1]);
      return plot.view.part.series.filter(high).map(({ channel }) => plot.view.recording.channels[channel].name);
    });
  const words = () => {
    if (!paper.any()) return "ECG paper needs a channel in mV: give one that unit under Channels.";
    const size = millimetre();
    const scale = `${SPEED} mm/s · ${GAIN} mm/mV`;
    if (size < COARSE) return `${scale} · too far out for lines: zoom in`;
    const grid = size < FINE ? "zoomed out: lines every 5 mm only" : "lines every 1 mm and 5 mm";
    const names = cut();
    if (names.length) return `${scale} · higher than the row: ${names.slice(0, 3).join(", ")}${names.length > 3 ? "…" : ""}`;
    return `${scale} · ${grid}`;
  };
  const caption = ({ bottom }) => {
    const host = plot.host;
    let note = host.querySelector(".tm-paper-caption");
    if (!note) host.append((note = element("span", { className: "tm-paper-caption" })));
    const text = words();
    if (note.textContent !== text) note.textContent = text;
    note.style.top = `${bottom - 20}px`; // names and values of rows are at their top
  };
  plot.on("channels", () => !paper.on() && document.querySelector(".tm-paper-caption")?.remove());
};
