/* Measure the distance of two points of a line, set by a drag, two clicks or [ and ]. No label is made. The points snap
   like marks; when both are set, the server returns their samples. */
import { STILL, byId, cssColor, nearest, plural, strokeLines, textFont, within } from "./dom.mjs";

export default (plot) => {
  const BEATS = [0.05, 5]; // Hz: below this, also per minute
  const LINE = 15; // px of the caption
  const measure = (plot.measure = { from: null, to: null }); // {x, channel, value, drawn, index, sure}
  let live = null; // the point under the cursor while the second is chosen
  let press = null;
  let before = "pan"; // result of a drag

  const on = () => plot.view.drag === "measure";
  const number = (value, digits = 5) => String(+value.toPrecision(digits));
  const signed = (value) => `${value < 0 ? "−" : ""}${number(Math.abs(value))}`;

  /* ---- points: in the row where the first one was set ---------------------------------------------- */
  const seriesOf = (channel) => plot.view.part?.series.find((series) => series.channel === channel);
  /* Of the lines in the row under the cursor, or of `channel`, the point at x that is nearest to it. */
  const pointAt = (position, py, event, channel = null) => {
    const { part, seriesAt } = plot.view;
    const place = plot.overlay.geometry();
    if (!part?.series.length || !place) return null;
    const x = plot.snap.place(position, event);
    const series = channel === null ? seriesAt(place.pixel(x), py) || part.series[0] : seriesOf(channel);
    const drawn = series ? nearest(series.x, plot.axis.toPlot(x)) : -1;
    if (drawn < 0) return null;
    const { index, sure } = plot.axis.sampleAt(x);
    return { x, channel: series.channel, axis: series.axis || measure.from?.axis, value: series.y[drawn], drawn: series.drawn.y[drawn], index, sure: sure && part.n === 1 };
  };
  const pixelY = ({ channel, axis: name, drawn }) => {
    const axis = plot.paint.axisOf(channel, name);
    return axis && Number.isFinite(drawn) ? axis._offset + axis.c2p(drawn) : null;
  };

  /* ---- words ------------------------------------------------------------------------------------- */
  const times = (span, sure, count) => {
    const [about, samples] = [sure ? "" : "≈ ", plural(count, "sample")];
    return plot.view.recording.kind === "row" ? `Δ ${about}${samples}` : `Δt ${about}${plot.spanText(span, 4)} · ${samples}`;
  };
  const rate = (span) => {
    const hertz = plot.axis.seconds ? +(1 / (span * plot.axis.seconds)).toPrecision(5) : null;
    if (hertz === null) return `1/Δt ${number(1 / span)}${plot.axis.unit ? ` per ${plot.axis.unit}` : ""}`;
    const [size, prefix] = [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"], [1e-6, "µ"]].find(([scale]) => hertz >= scale) || [1e-9, "n"];
    const beats = hertz >= BEATS[0] && hertz <= BEATS[1] ? ` · ${number(hertz * 60, 4)} per minute` : "";
    return `1/Δt ${number(hertz / size)} ${prefix}Hz${beats}`;
  };
  /** The measurement between two points, as lines of text. */
  const words = (from, to) => {
    const span = Math.abs(to.x - from.x);
    const { name, unit } = plot.view.recording.channels[from.channel];
    const lines = [times(span, from.sure && to.sure, Math.abs(to.index - from.index))];
    const change = to.value - from.value;
    if (Number.isFinite(change)) lines.push(`Δy ${signed(change)}${unit ? ` ${unit}` : ""} · ${name}`);
    if (span > 0 && plot.view.recording.kind !== "row") lines.push(rate(span));
    return lines;
  };
  const ends = () => (measure.from && (measure.to || live) ? [measure.from, measure.to || live] : null);
  const say = () => {
    plot.overlay.drawFront();
    const place = byId("label-hint");
    const pair = ends();
    if (!place || (!on() && !pair)) return;
    place.textContent = pair ? words(...pair).join("   ") : measure.from ? "Now the second point" : "Click or drag between two points to measure";
    place.title = place.textContent;
  };

  /* ---- drawing ----------------------------------------------------------------------------------- */
  const draw = (context, place) => {
    const pair = ends();
    const points = pair || [measure.from];
    const color = cssColor("--tm-measure");
    const seen = points.map((point) => ({ px: place.pixel(point.x), py: pixelY(point) }));
    within(context, place, () => {
      context.strokeStyle = context.fillStyle = color;
      strokeLines(context, seen.map(({ px }) => [[px, place.top], [px, place.bottom]]), { dashes: [4, 3] });
      if (pair && seen.every(({ py }) => py !== null)) {
        const [from, to] = seen;
        strokeLines(context, [[[from.px, from.py], [to.px, from.py], [to.px, to.py]]], { width: 1.5 });
      }
      for (const { px, py } of seen) if (py !== null) dot(context, px, py);
    });
    if (pair) caption(context, place, seen, words(...pair), color);
  };
  const dot = (context, px, py) => {
    context.beginPath();
    context.arc(px, py, 3.5, 0, 2 * Math.PI);
    context.fill();
  };
  /* Next to the later point, where there is room; never outside the plot. */
  const caption = (context, place, seen, lines, color) => {
    context.font = `600 12px ${textFont()}`;
    context.textBaseline = "middle";
    const width = Math.max(...lines.map((text) => context.measureText(text).width)) + 14;
    const height = lines.length * LINE + 8;
    const right = Math.max(...seen.map(({ px }) => px));
    const left = Math.min(...seen.map(({ px }) => px));
    const beside = [right + 8, left - 8 - width].find((at) => at >= place.left && at + width <= place.right);
    const free = beside ?? place.right - width - 4;
    const heights = seen.map(({ py }) => py ?? place.top);
    const below = beside === undefined && Math.max(...heights) < (place.top + place.bottom) / 2; // keep both points visible
    const y = beside === undefined ? (below ? place.bottom : place.top) : heights[0] - height - 8;
    const top = Math.min(place.bottom - height - 4, Math.max(place.top + 4, y));
    context.fillStyle = cssColor("--bs-body-bg");
    context.globalAlpha = 0.92;
    context.fillRect(free, top, width, height);
    context.globalAlpha = 1;
    context.strokeStyle = color;
    context.lineWidth = 1;
    context.strokeRect(free + 0.5, top + 0.5, width - 1, height - 1);
    context.fillStyle = cssColor("--bs-body-color");
    lines.forEach((text, index) => context.fillText(text, free + 7, top + 4 + (index + 0.5) * LINE));
  };
  plot.overlay.front.push({ active: () => Boolean(measure.from && plot.view.part), draw });

  /* ---- setting points ---------------------------------------------------------------------------- */
  const set = (from, to) => {
    Object.assign(measure, { from, to });
    live = null;
    say();
  };
  const setTo = (point) => {
    set(measure.from, point);
    for (const end of ["from", "to"]) settle(end);
  };
  const settle = async (end) => {
    const point = measure[end];
    const sample = await plot.askSample(point.x, point.channel);
    if (!sample || measure[end] !== point) return;
    const { x, index, values: [value] } = sample;
    const change = seriesOf(point.channel)?.drawn.change; // to the scale of its channel
    const exact = plot.view.part?.n === 1 || value === null ? {} : { value, drawn: change ? change(value) : value };
    measure[end] = { ...point, x, index, sure: true, ...exact };
    say();
  };
  const clear = () => {
    press = live = measure.from = measure.to = null;
    plot.overlay.drawFront();
  };

  /* ---- mouse and keys ---------------------------------------------------------------------------- */
  const pending = () => measure.from && !measure.to;
  const second = (at, event) => pointAt(at.x, at.py, event, measure.from.channel);
  plot.onPointer({
    down: (event) => {
      const at = on() && plot.marks.pressed(event);
      if (!at || at.inLane) return;
      event.stopImmediatePropagation(); // no mark begins here
      document.activeElement?.blur();
      press = { ...at, ends: pending() };
      if (!press.ends) set(pointAt(at.x, at.py, event), null);
    },
    move: (event) => {
      const at = on() && pending() && plot.marks.position(event);
      if (!at || (!at.inside && !press)) return;
      live = second(at, event);
      say();
    },
    up: (event) => {
      const from = press;
      press = null;
      const at = from && pending() && plot.marks.position(event);
      if (!at) return;
      if (from.ends || Math.hypot(at.px - from.px, at.py - from.py) > STILL) setTo(second(at, event));
    },
    cancel: () => (press = null),
  });

  /** [ and ] in measure mode: set a point, in the row of the first point or the one at `py`. */
  measure.setEdge = (edge, x, py) => {
    if (edge === "start" || !measure.from) return set(pointAt(x, py), null);
    setTo(pointAt(x, py, undefined, measure.from.channel));
  };
  measure.on = on;
  /** Remove the points, then leave the mode; returns true if something was removed. */
  measure.cancel = () => {
    if (!on()) return false;
    if (measure.from) return clear(), say(), true;
    plot.view.setDrag(before);
    return true;
  };
  plot.actions.measure = () => {
    if (on()) return plot.view.setDrag(before);
    before = plot.view.drag;
    plot.view.setDrag("measure");
  };

  plot.on("drag", (kind) => {
    if (kind === "measure") return plot.marks.start === null ? say() : plot.marks.cancel();
    clear();
    plot.marks.say(null, null);
  });
  plot.on("marks", () => on() && say());
  for (const event of ["recording", "closed"]) plot.on(event, clear);
  plot.on("view", () => on() && say());
};
