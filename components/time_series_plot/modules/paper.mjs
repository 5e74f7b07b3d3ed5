/* ECG paper: squares of 1 mm and 5 mm behind channels in mV, at 25 mm/s and 10 mm/mV. A millimetre has the same length
   in x and y: its px follow from the visible time, and the y ranges follow from these. `paper` of an axis: mV per unit;
   0: no paper (components/plot_layout.py). */
import { cssColor, strokeLines, within } from "./dom.mjs";

export default (plot) => {
  const SPEED = 25; // mm/s
  const GAIN = 10; // mm/mV
  const LARGE = 5; // mm
  const FINE = 2.2; // px per mm required for lines of 1 mm
  const COARSE = 0.5; // and for lines of 5 mm
  const TRUE = 96 / 25.4; // px per mm at 96 dpi, as in CSS
  const paper = (plot.paper = {});

  /* ---- scale ------------------------------------------------------------------------------------- */
  paper.on = () => plot.look.look === "paper";
  const any = () => plot.look.rows.some(({ axes }) => axes.some((axis) => axis.paper));
  /* mm of one unit of the plot's axis, 0 if its time has no known length; px of one mm when `width` px show `span`. */
  const perUnit = () => (plot.view.recording.seconds || 0) * plot.axis.size * SPEED;
  const pixels = (span, width) => width / (span * perUnit());

  /** The y range of an axis on paper. Its middle is on a line of 5 mm, or of 1 mm if the row is low. Signals higher
      than the row are shown around their median, which is about the baseline. */
  paper.range = (axis, [low, high], values, { range, width, height }) => {
    const perMm = 1 / (GAIN * axis.paper); // of the axis' unit
    const half = (height / pixels(range[1] - range[0], width) / 2) * perMm;
    const middle = low === null ? 0 : high - low > 2 * half ? median(values) : (low + high) / 2;
    const step = perMm * (high - low > 2 * half - LARGE * perMm ? 1 : LARGE); // if there is room, lines stay in place while panning
    const line = Math.round(middle / step) * step;
    return [line - half, line + half];
  };
  const median = (values) => {
    const finite = Float64Array.from(values).filter(Number.isFinite).sort();
    return finite[finite.length >> 1] ?? 0;
  };

  /** Zoom in until a millimetre has its length on paper, if it is too small to read: around the middle of the view, or
      from the beginning of the recording. */
  paper.enter = ({ beginning = false } = {}) => {
    const [from, to] = plot.view.range;
    const width = plot.paint.width();
    if (!any() || pixels(to - from, width) >= FINE) return plot.view.redraw();
    const span = width / (TRUE * perUnit());
    const start = beginning ? from : (from + to - span) / 2;
    return plot.view.redraw([start, start + span]);
  };

  /* ---- drawing ----------------------------------------------------------------------------------- */
  /* Pixels of the lines of an axis. */
  const pixelsOf = ({ range: [from, to] }, step, pixel) => {
    const first = Math.ceil(from / step);
    return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => Math.round(pixel((first + index) * step)) + 0.5);
  };
  const drawRow = (context, row, axis, millimetre) => {
    const { xaxis } = plot.view.gd._fullLayout;
    const yaxis = plot.paint.laidOut(axis);
    if (!yaxis?._length) return;
    const box = plot.paint.box(row);
    const { x, y } = plot.paint.pixels(xaxis, yaxis);
    const grid = (step, color) => {
      context.strokeStyle = color;
      strokeLines(context, pixelsOf(xaxis, step / perUnit(), x).map((at) => [[at, box.top], [at, box.bottom]]));
      strokeLines(context, pixelsOf(yaxis, step / (GAIN * axis.paper), y).map((at) => [[box.left, at], [box.right, at]]));
    };
    within(context, box, () => {
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
    for (const { row, axis } of plot.paint.axes()) if (axis.paper) drawRow(context, row, axis, millimetre());
    caption(place);
  });

  /* ---- the caption ------------------------------------------------------------------------------- */
  /* Channels that are higher than their row at this gain: their peaks are cut off. */
  const cut = () =>
    plot.paint.axes().flatMap(({ axis }) => {
      if (!axis.paper) return [];
      const { range } = plot.paint.laidOut(axis);
      const high = ({ channel, min, max }) => axis.channels.includes(channel) && (min < range[0] || max > range[1]);
      return plot.view.part.series.filter(high).map(({ channel }) => plot.view.recording.channels[channel].name);
    });
  const words = () => {
    if (!any()) return "ECG paper needs a channel in mV: give one that unit under Channels.";
    const size = millimetre();
    const scale = `${SPEED} mm/s · ${GAIN} mm/mV`;
    if (size < COARSE) return `${scale} · too far out for lines: zoom in`;
    const grid = size < FINE ? "zoomed out: lines every 5 mm only" : "lines every 1 mm and 5 mm";
    const names = cut();
    if (names.length) return `${scale} · higher than the row: ${names.slice(0, 3).join(", ")}${names.length > 3 ? "…" : ""}`;
    return `${scale} · ${grid}`;
  };
  const note = plot.host.querySelector(".tm-paper-caption");
  const caption = ({ bottom }) => {
    note.textContent = words();
    note.style.top = `${bottom - 20}px`; // names and values of rows are at their top
  };
  plot.on("channels", () => paper.on() || note.replaceChildren());
};
