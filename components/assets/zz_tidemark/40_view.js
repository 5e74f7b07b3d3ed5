/* The view of the open recording: which range is drawn. What a view shows is fetched by 41_window.js and painted by
   42_paint.js; which channels are shown is 38_channels.js. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const SETTLE = 60; // ms of quiet after a change of size before all is drawn anew

  const view = (tm.view = { recording: null, range: null, full: null, drag: "pan", gd: null, part: null });
  let stale = true; // what is drawn has other rows or looks than what is wanted
  let timer = 0;

  /* ---- opening ----------------------------------------------------------------------------------- */
  tm.actions.openRecording = (recording) => {
    if (!recording || recording.id === undefined) return null;
    view.recording = recording;
    view.gd = view.part = null;
    const shift = recording.kind === "datetime" || recording.kind === "naive" ? recording.first : 0;
    const [first, last] = [recording.first - shift, recording.last - shift];
    const pad = (last - first) * 0.005 || recording.step || 0.5;
    view.full = [first - pad, last + pad];
    view.range = [...view.full];
    tm.channels.open(recording);
    tm.emit("recording", recording);
    whenMounted(recording.id, start);
    return recording.id;
  };

  /* Dash binds its listeners after its first draw; ours replace them. */
  const whenMounted = (id, then) => {
    if (!view.recording || view.recording.id !== id) return;
    const gd = document.querySelector("#label-plot .js-plotly-plot");
    const bound = gd && gd._fullLayout && gd._ev && gd._ev.listenerCount("plotly_relayout") > 0;
    if (bound) {
      then(gd);
    } else {
      requestAnimationFrame(() => whenMounted(id, then));
    }
  };
  const start = async (gd) => {
    view.gd = gd;
    if (!gd.tidemark) {
      gd.removeAllListeners();
      gd.tidemark = true;
      gd.on("plotly_relayout", onRelayout);
      gd.on("plotly_relayouting", onRelayouting);
      gd.on("plotly_afterplot", () => tm.emit("moved"));
    }
    tm.emit("mounted", gd);
    await (tm.paper.on() ? tm.paper.enter({ beginning: true }) : view.redraw());
  };

  /** Show a range of the plot's axis: the window is fetched first, then painted with the range in one redraw. */
  view.show = async (range) => {
    view.range = clamp(range);
    const target = view.range;
    const part = await tm.fetchWindow(target, tm.paint.width());
    await tm.hold.over();
    if (!part || !view.gd || view.range !== target) return;
    if (stale) {
      stale = false;
      await tm.paint.anew(part, target);
    } else await tm.paint.move(part, target);
    note(part);
  };
  /** Draw everything anew: after opening, and when channels, theme or size change. */
  view.redraw = (range = view.range) => {
    stale = true;
    return view.show(range);
  };
  tm.on("channels", ({ redraw }) => redraw && view.gd && view.redraw());

  const note = (part) => {
    view.part = part;
    const badge = tm.byId("label-decimation");
    if (badge) {
      const { candles } = part;
      const samples = Math.round(candles ? candles.n : part.n).toLocaleString("en");
      badge.hidden = samples === "1";
      badge.textContent = `1 : ${samples}`;
      badge.title = candles
        ? `Each candle stands for ${samples} samples: their first open, highest high, lowest low and last close.`
        : `Each drawn point stands for ${samples} samples; the lowest and the highest of them are drawn.`;
    }
    tm.emit("view", view.range);
  };

  const clamp = ([from, to]) => {
    const [first, last] = view.full;
    const most = (last - first) * 2;
    const least = Math.min(most, Math.max((tm.axis.step || 0) * 3, (Math.abs(first) + Math.abs(last)) * 1e-13));
    const span = Math.min(most, Math.max(least, to - from));
    const middle = Math.min(last, Math.max(first, (from + to) / 2));
    return [middle - span / 2, middle + span / 2];
  };

  const onRelayouting = () => {
    tm.hold.begin();
    tm.emit("moved");
  };
  const onRelayout = (change) => {
    tm.emit("moved");
    if (!tm.paint.busy && view.gd) follow(change);
    tm.hold.end();
  };
  const follow = (change) => {
    if (change.autosize || "width" in change) return settled(() => view.redraw());
    const { range } = view.gd._fullLayout.xaxis;
    if (range[0] === view.range[0] && range[1] === view.range[1]) return;
    view.range = [...range];
    view.show(view.range);
  };
  const settled = (work) => {
    clearTimeout(timer);
    timer = setTimeout(work, SETTLE);
  };

  /* ---- what buttons and keys do ------------------------------------------------------------------ */
  view.pan = (share) => {
    const [from, to] = view.range;
    return view.show([from + (to - from) * share, to + (to - from) * share]);
  };
  view.zoom = (factor) => {
    const [from, to] = view.range;
    const middle = (from + to) / 2;
    return view.show([middle - ((to - from) / 2) * factor, middle + ((to - from) / 2) * factor]);
  };
  /** Bring a stretch of server time into view: unchanged zoom unless it does not fit. */
  view.center = (x0, x1) => {
    const [from, to] = [tm.axis.toPlot(x0), tm.axis.toPlot(x1)];
    const span = Math.max(view.range[1] - view.range[0], (to - from) * 1.5);
    const middle = (from + to) / 2;
    return view.show([middle - span / 2, middle + span / 2]);
  };
  view.shows = (x0, x1) => tm.axis.toPlot(x1) >= view.range[0] && tm.axis.toPlot(x0) <= view.range[1];
  tm.actions.zoomIn = () => view.recording && void view.zoom(0.5);
  tm.actions.zoomOut = () => view.recording && void view.zoom(2);
  tm.actions.fit = () => view.recording && void view.show([...view.full]);

  const drag = (kind) => () => {
    view.drag = kind;
    for (const [name, id] of [["pan", "label-pan-button"], ["zoom", "label-zoom-button"], ["mark", "label-select-button"], ["measure", "plot-measure-button"]]) {
      const button = tm.byId(id);
      if (button) {
        button.classList.toggle("tm-on", name === kind);
        button.setAttribute("aria-pressed", String(name === kind));
      }
    }
    if (view.gd) tm.paint.relayout({ dragmode: tm.paint.dragmode() });
    tm.emit("drag", kind);
  };
  tm.actions.dragPans = drag("pan");
  tm.actions.dragZooms = drag("zoom");
  tm.actions.dragMarks = drag("mark");
  tm.actions.dragMeasures = drag("measure");
  tm.on("mounted", () => drag(view.drag)());

  for (const event of ["theme", "timeform"]) tm.on(event, () => view.gd && view.recording && view.redraw());

  /* The page was left: nothing of it may be touched any more. */
  tm.on("closed", () => {
    view.recording = view.gd = view.part = null;
  });
  new MutationObserver(() => {
    if (view.recording && !tm.byId("label-plot")) tm.emit("closed");
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
