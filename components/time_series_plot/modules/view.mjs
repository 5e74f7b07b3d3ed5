/* The view of the open recording: the visible range. window.mjs fetches its data, paint.mjs draws them, channels.mjs
   has the visible channels. */
import { nearest, update } from "./dom.mjs";

export default (plot) => {
  const ZOOM = 1.003; // per px of the wheel: 20 to 30 notches from hours to seconds
  const PINCH = 4; // factor for a pinch on a touchpad
  const LINE = 33; // px of a wheel that counts in lines
  const DRAGS = { pan: "label-pan-button", zoom: "label-zoom-button", mark: "label-select-button", measure: "plot-measure-button" };
  const SETTLE = 60; // ms without a change of size until everything is redrawn

  const view = (plot.view = { recording: null, range: null, full: null, drag: plot.session.drag, gd: null, part: null, going: null, busy: false });
  let stale = true; // drawn rows or looks differ from the current ones
  let timer = 0;

  /* Keep the view when only units of the file were read differently. */
  const samplesOf = ({ reading }) => reading.split("#")[0];

  /* ---- opening ----------------------------------------------------------------------------------- */
  /** Open the result of `describe` in components/recording.py. */
  view.open = async (recording) => {
    const stays = view.recording?.id === recording.id && samplesOf(view.recording) === samplesOf(recording);
    view.recording = recording;
    view.gd = plot.gd;
    view.part = null;
    plot.channels.open(recording);
    plot.emit("recording", recording);
    view.measure();
    if (!stays) view.range = [...view.full];
    plot.emit("mounted", view.gd);
    document.dispatchEvent(new CustomEvent("tm-plot")); // the page of the plot is loaded
    await (plot.paper.on() ? plot.paper.enter({ beginning: true }) : view.redraw());
  };
  /** The whole file on the plot's axis. */
  view.measure = () => {
    const [first, last] = [view.recording.first, view.recording.last].map(plot.axis.toPlot);
    const pad = (last - first) * 0.005 || view.recording.step || 0.5;
    view.full = [first - pad, last + pad];
  };
  /* Plotly's graph was created: listen to its events. */
  plot.on("graph", (gd) => {
    gd.on("plotly_relayout", onRelayout);
    gd.on("plotly_relayouting", onRelayouting);
    gd.on("plotly_afterplot", () => plot.emit("moved"));
  });

  /** Show a range of the plot's axis: the window is fetched first, then drawn with the range in one redraw. */
  view.show = async (range) => {
    view.range = clamp(range);
    const target = view.range;
    const part = await plot.fetchWindow(target, plot.paint.width());
    await plot.hold.over();
    if (!part || !view.gd || view.range !== target) return;
    if (stale) {
      stale = false;
      await plot.paint.anew(part, target);
    } else await plot.paint.move(part, target);
    if (view.gd) note(part); // otherwise the page was left meanwhile
  };
  /** Redraw everything: after opening, and when channels, theme or size change. */
  view.redraw = (range = view.range) => {
    stale = true;
    return view.show(range);
  };

  const note = (part) => {
    view.part = part;
    update("label-decimation", { ...part.badge, hidden: !part.badge });
    plot.emit("view", view.range);
  };

  const clamp = ([from, to]) => {
    const [first, last] = view.full;
    const most = (last - first) * 2;
    const least = Math.min(most, Math.max((plot.axis.step || 0) * 3, (Math.abs(first) + Math.abs(last)) * 1e-13));
    const span = Math.min(most, Math.max(least, to - from));
    const middle = Math.min(last, Math.max(first, (from + to) / 2));
    return [middle - span / 2, middle + span / 2];
  };

  const onRelayouting = () => {
    plot.hold.begin();
    plot.emit("moved");
  };
  const onRelayout = () => {
    plot.emit("moved");
    if (!plot.paint.busy && view.gd) follow();
    plot.hold.end();
  };
  const follow = () => {
    const { range } = view.gd._fullLayout.xaxis;
    if (range[0] === view.range[0] && range[1] === view.range[1]) return;
    view.range = [...range];
    view.show(view.range);
  };
  /* ---- overview drag and wheel --------------------------------------------------------------------- */
  /** Go to a range that is followed by others: each is drawn before the newest is requested. */
  view.go = async (range) => {
    view.going = range;
    plot.emit("going", range);
    if (view.busy) return;
    view.busy = true;
    while (view.going && view.recording) {
      const next = view.going;
      view.going = null;
      await view.show(next);
    }
    view.busy = false;
    plot.emit("moved");
  };
  const zoomed = ([from, to], fixed, factor) => [fixed - (fixed - from) * factor, fixed + (to - fixed) * factor];
  /** The wheel at a place of the plot's axis: zooms around it; sideways, or with Shift, it moves a view of `width` px. */
  view.wheel = (event, x, width) => {
    event.preventDefault(); // otherwise the browser goes back a page or zooms the page
    const { deltaX, deltaY, deltaMode, shiftKey, ctrlKey } = event;
    const [from, to] = view.going || view.range;
    const unit = deltaMode ? LINE : 1;
    if (shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) return view.go(view.inside([from, to].map((edge) => edge + (((deltaX || deltaY) * unit) / width) * (to - from))));
    const fixed = x >= from && x <= to ? x : (from + to) / 2;
    return view.go(view.inside(zoomed([from, to], fixed, ZOOM ** (deltaY * unit * (ctrlKey ? PINCH : 1)))));
  };
  const onWheel = (event, at) => at && view.wheel(event, plot.axis.toPlot(at.x), plot.paint.width());
  plot.listen(plot.gd, "wheel", (event) => onWheel(event, view.gd && plot.marks.position(event)), { passive: false });

  /* ---- buttons and keys -------------------------------------------------------------------------- */
  view.pan = (share) => {
    const [from, to] = view.range;
    return view.show([from + (to - from) * share, to + (to - from) * share]);
  };
  view.zoom = (factor) => view.show(zoomed(view.range, (view.range[0] + view.range[1]) / 2, factor));
  /** Scroll to a stretch of server time: the zoom is unchanged unless the stretch does not fit. */
  view.center = (x0, x1) => {
    const [from, to] = [plot.axis.toPlot(x0), plot.axis.toPlot(x1)];
    const span = Math.max(view.range[1] - view.range[0], (to - from) * 1.5);
    const middle = (from + to) / 2;
    return view.show([middle - span / 2, middle + span / 2]);
  };
  /** A range moved into the file; a longer one becomes the whole file. */
  view.inside = ([from, to]) => {
    const [first, last] = view.full;
    const by = Math.max(0, first - from) - Math.max(0, to - last);
    return to - from >= last - first ? [first, last] : [from + by, to + by];
  };
  /** Times on the plot's axis where samples are drawn individually, else null. */
  view.drawnTimes = () => (view.part?.n === 1 && view.part.series.length ? view.part.series[0].x : null);
  /** The one of these nearest to a server x, as a server x; null if there is none. */
  view.drawnSample = (x) => {
    const times = view.drawnTimes();
    return times?.length ? plot.axis.toServer(times[nearest(times, plot.axis.toPlot(x))]) : null;
  };
  view.shows = (x0, x1) => plot.axis.toPlot(x1) >= view.range[0] && plot.axis.toPlot(x0) <= view.range[1];

  view.setDrag = (kind) => {
    view.drag = plot.session.drag = kind;
    for (const [name, id] of Object.entries(DRAGS)) update(id, { pressed: name === kind });
    if (view.gd) plot.paint.relayout({ dragmode: plot.paint.dragmode() });
    plot.emit("drag", kind);
  };
  for (const kind of Object.keys(DRAGS)) plot.actions[`drag-${kind}`] = () => view.setDrag(kind);
  plot.on("mounted", () => view.setDrag(view.drag));

  for (const event of ["theme", "timeform"]) plot.on(event, () => view.gd && view.recording && view.redraw());

  /* The page was left: stop everything. */
  plot.on("closed", () => (view.recording = view.gd = view.part = null));
  /* Redraw everything when the size of the page has not changed for a moment. */
  const resized = () => {
    const { width, height } = view.gd?._fullLayout || {};
    const { clientWidth, clientHeight } = plot.gd;
    if (!view.part || !clientWidth || (width === clientWidth && height === clientHeight)) return;
    clearTimeout(timer);
    timer = setTimeout(() => view.gd && view.redraw(), SETTLE);
  };
  plot.observe(new ResizeObserver(resized), plot.gd);
};
