/* Draw a window in the graph: Plotly.react when rows or looks change, otherwise one relayout with replaced points. */
import { cssColor, nearest } from "./dom.mjs";

export default (plot) => {
  const [TICK, BOTTOM] = [16, { dates: 54, numbers: 40 }]; // px: between two numbers of an axis, and below the rows; a date has two lines
  const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, plotlyServerURL: "" };
  const paint = (plot.paint = { busy: false });
  const { view } = plot;
  let rows = []; // as drawn (`place` in components/plot_layout.py)

  const margins = () => ({
    ...plot.look.layout.margin,
    t: plot.overlay.laneHeight() + 6,
    b: plot.time.dated() ? BOTTOM.dates : BOTTOM.numbers,
  });
  paint.width = () => {
    const { l, r } = margins();
    return Math.max(50, (view.gd ? view.gd.clientWidth : 1000) - l - r);
  };
  const height = () => {
    const { t, b } = margins();
    return Math.max(50, (view.gd ? view.gd.clientHeight : 400) - t - b);
  };

  /* ---- rows and axes ----------------------------------------------------------------------------- */
  /** Each drawn axis with its row. */
  const axes = (paint.axes = () => rows.flatMap((row) => row.axes.map((axis) => ({ row, axis }))));
  const layoutName = ({ name }) => name.replace("y", "yaxis");
  const seriesOf = (part, index) => part.series.find(({ channel }) => channel === index);

  /** The rows from the top, in px of the graph: [{channels, top, bottom, left, right}]; none before the first drawing. */
  view.rows = () => {
    const full = view.gd && view.gd._fullLayout;
    if (!full || !full._size || !view.part) return [];
    return rows.map((row) => ({ channels: row.channels, ...paint.box(row) }));
  };
  /** Of the series in the row at a pixel of the graph, the nearest one; undefined between rows. */
  view.seriesAt = (px, py) => {
    const { xaxis } = view.gd._fullLayout;
    let [best, least] = [undefined, Infinity];
    for (const { row, axis } of axes()) {
      const [yaxis, { left, right, top, bottom }] = [paint.laidOut(axis), paint.box(row)];
      if (py < top || py > bottom || (row.span && (px < left || px > right))) continue;
      for (const series of axis.channels.map((index) => seriesOf(view.part, index)).filter(Boolean)) {
        const place = nearest(series.x, xaxis.p2c(px - xaxis._offset));
        const off = Math.abs(yaxis._offset + yaxis.c2p(series.drawn.y[place]) - py);
        if (!best || off < least) [best, least] = [{ ...series, axis: axis.name }, Number.isNaN(off) ? Infinity : off];
      }
    }
    return best;
  };

  const fitted = (min, max, pad = (max - min) * 0.06 || Math.abs(max) * 0.05 || 1) =>
    min === null || max === null ? [0, 1] : [min - pad, max + pad];
  /* A range in which the signal is higher by a factor, around its middle. */
  const magnified = ([low, high], gain) => [-1, 1].map((side) => (low + high + (side * (high - low)) / gain) / 2);
  /* Range of the values of an axis: of the view, or of the whole file if its channels require that. */
  const extremes = (part, axis) => {
    const ranges = [];
    for (const index of axis.channels) {
      const { min, max, change } = seriesOf(part, index)?.drawn || {};
      const { low, high, y } = view.recording.channels[index];
      if (y === "file" && low !== null) ranges.push(...[low, high].map((value) => (change ? change(value) : value)));
      else ranges.push(min, max);
    }
    const values = ranges.filter(Number.isFinite);
    return values.length ? [Math.min(...values), Math.max(...values)] : [null, null];
  };
  const yRange = (part, row, axis, range) => {
    const settings = axis.channels.map((index) => view.recording.channels[index]);
    const limits = extremes(part, axis);
    if (!axis.paper) return magnified(settings.map(({ y }) => y).find(Array.isArray) || fitted(...limits), settings[0].gain || 1);
    const values = seriesOf(part, axis.channels[0])?.y || [];
    return plot.paper.range(axis, limits, values, { range, width: paint.width(), height: row.share * height() });
  };

  /** The box of a row on the graph. */
  paint.box = ({ top, share, span: [from, to] = [0, 1] }) => {
    const { l, t, w, h } = view.gd._fullLayout._size;
    return { left: l + from * w, right: l + to * w, top: t + top * h, bottom: t + (top + share) * h };
  };
  /** Functions from values of two axes to pixels of the graph, also during a drag. */
  paint.pixels = (xaxis, yaxis) => {
    const scale = ({ range, _length: length }) => length / (range[1] - range[0]);
    const [across, down] = [scale(xaxis), scale(yaxis)];
    return { x: (value) => xaxis._offset + (value - xaxis.range[0]) * across, y: (value) => yaxis._offset + (yaxis.range[1] - value) * down };
  };
  /** The axis of a row as Plotly laid it out. */
  paint.laidOut = (axis) => view.gd._fullLayout[layoutName(axis)];
  /** The axis of a channel: the one of this name, else the one that spans the view, if there are two; undefined if it is not visible. */
  paint.axisOf = (index, name) => {
    const ofChannel = axes().filter(({ axis }) => axis.channels.includes(index));
    return ofChannel.length ? paint.laidOut((ofChannel.find(({ axis }) => axis.name === name) || ofChannel.at(-1)).axis) : undefined;
  };

  /* ---- traces ------------------------------------------------------------------------------------ */
  /* Few samples are drawn as dots, so that each can be clicked. */
  const mode = (part) => (part.n === 1 && part.stop - part.start < paint.width() / 8 ? "lines+markers" : "lines");
  const cut = (x, y, span, [from, to]) => {
    const [first, last] = span.map((share) => from + share * (to - from));
    return y.map((value, index) => (x[index] < first || x[index] > last ? NaN : value));
  };
  const line = (part, row, axis, range, { channel, x, drawn }) => ({
    mode: mode(part),
    x,
    y: row.span ? cut(x, drawn.y, row.span, range) : drawn.y,
    yaxis: axis.name,
    line: { color: plot.channels.color(channel), width: 1.2 },
    marker: { size: 4 },
  });
  const traces = (part, range) =>
    axes().flatMap(({ row, axis }) => {
      const series = axis.channels.filter((index) => !plot.channels.isCandle(index)).map((index) => seriesOf(part, index));
      const lines = series.filter(Boolean).map((values) => line(part, row, axis, range, values));
      const drawn = lines.length ? lines : [{ mode: "lines", x: [0], y: [NaN], yaxis: axis.name }]; // otherwise Plotly omits the axis
      return drawn.map((trace) => ({ type: "scatter", xaxis: "x", hoverinfo: "skip", ...trace }));
    });

  /* ---- layout ------------------------------------------------------------------------------------ */
  /** The drag mode of Plotly. */
  paint.dragmode = () => (["pan", "zoom"].includes(view.drag) ? view.drag : false);
  /* Without ticks of the server, use Plotly's numbers. */
  const ticks = ({ ticks: served }) => (served ? { tickmode: "array", tickvals: served.x.map((x) => x - plot.axis.origin), ticktext: served.text } : {});
  const layout = (part, range) => {
    const [ink, grid] = [cssColor("--bs-body-color"), cssColor("--tm-grid")];
    const look = structuredClone(plot.look.layout); // Plotly modifies it
    const half = (view.full[1] - view.full[0]) * 0.5;
    const beyond = { minallowed: view.full[0] - half, maxallowed: view.full[1] + half };
    Object.assign(look, { margin: margins(), dragmode: paint.dragmode(), width: view.gd.clientWidth, height: view.gd.clientHeight });
    look.font.color = ink;
    Object.assign(look.xaxis, { range: [...range], gridcolor: grid, ...beyond, ...ticks(part) });
    for (const { row, axis } of axes()) {
      const tickfont = row.axes.length > 1 ? { color: plot.channels.color(axis.channels[0]) } : {};
      look[layoutName(axis)] = { ...axis.layout, nticks: Math.min(axis.layout.nticks, Math.ceil((row.share * height()) / TICK)), range: yRange(part, row, axis, range), gridcolor: grid, tickfont };
    }
    return look;
  };

  /* The names of rows are HTML, made in Python: Plotly would measure its own texts in every redraw. */
  const names = plot.host.querySelector(".tm-row-names");
  const placeNames = () => {
    for (const [side, px] of Object.entries(margins())) names.style.setProperty(`--tm-margin-${side}`, `${px}px`);
  };

  /* ---- drawing ----------------------------------------------------------------------------------- */
  const painted = async (work) => {
    paint.busy = true;
    try {
      await work;
    } finally {
      paint.busy = false;
    }
  };
  paint.relayout = async (change) => {
    await plot.hold.over();
    if (view.gd?._fullLayout) await painted(plot.Plotly.relayout(view.gd, change));
  };

  /** Redraw everything: after opening, and when channels, theme or size change. */
  paint.anew = async (part, range) => {
    plot.Plotly = await plot.libraries.plotly();
    if (!view.gd) return; // the page was left
    rows = structuredClone(plot.look.rows);
    names.innerHTML = plot.look.names;
    placeNames();
    const exists = Boolean(view.gd._fullLayout);
    await painted(plot.Plotly.react(view.gd, traces(part, range), layout(part, range), CONFIG));
    if (!exists && view.gd) plot.emit("graph", view.gd);
  };
  /** Draw another range of the same rows. */
  paint.move = (part, range) => {
    const update = { "xaxis.range": [...range] }; // a copy: Plotly changes ranges in place
    for (const [name, value] of Object.entries(ticks(part))) update[`xaxis.${name}`] = value;
    for (const { row, axis } of axes()) update[`${layoutName(axis)}.range`] = yRange(part, row, axis, range);
    const next = traces(part, range);
    if (swapPoints(next)) return painted(plot.Plotly.relayout(view.gd, update));
    const points = { x: next.map(({ x }) => x), y: next.map(({ y }) => y), mode: next.map((trace) => trace.mode) };
    return painted(plot.Plotly.update(view.gd, points, update));
  };
  /* Replace the points of the traces as Plotly's calc step does; the following relayout draws them. This takes a third
     of the time of Plotly.update, which computes all defaults and the whole layout. Returns false if the looks change
     too or Plotly's internals differ: then Plotly.update is used. */
  const swapPoints = (next) => {
    const { gd } = view;
    const same = gd._fullData.length === next.length && gd._fullData.every((full, place) => full.mode === next[place].mode);
    if (!same || next.some(({ x }) => !x.length)) return false;
    if (!gd._fullData.every((full) => full._module && full._module.calc)) return false;
    next.forEach(({ x, y }, place) => {
      const full = gd._fullData[place];
      Object.assign(gd.data[place], { x, y });
      Object.assign(full, { x, y, _length: x.length });
      const points = full._module.calc(gd, full);
      points[0].t = points[0].t || {};
      points[0].trace = full;
      gd.calcdata[place] = points;
    });
    return true;
  };

  plot.on("lanes", () => {
    if (!view.gd || !view.part) return;
    if (plot.paper.on()) return view.redraw(); // their scale depends on the height of the rows
    placeNames();
    paint.relayout({ "margin.t": margins().t });
  });
};
