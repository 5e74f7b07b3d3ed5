/* The view of the open recording: which range and which channels are drawn.

   dcc.Graph only mounts Plotly; this script owns the traces. Dash's own listeners are taken off the graph, since
   they copy every view change into `figure` and redraw once more. A view asks the server for its window (bytes, see
   routes/window.py) and is painted by one redraw. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const CHANNELS_AT_FIRST = 12;
  const MARGINS = { l: 64, r: 14 };
  const BOTTOM = { dates: 54, numbers: 40 }; // a date has two lines
  const SETTLE = 60; // ms of quiet after a change of size before all is drawn anew
  const LINES = {
    light: ["#20588f", "#7a3e9d", "#00695c", "#a04000", "#37474f", "#8e244d"],
    dark: ["#7fb8f0", "#c9a2e8", "#66c7b4", "#f0a868", "#b8c4cc", "#f093b4"],
  };

  const view = (tm.view = { recording: null, range: null, full: null, shown: [], drag: "pan", gd: null, part: null });
  let painting = false;
  let latest = 0;
  let fetching = null;
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
    view.shown = recording.channels.map((_, index) => index).slice(0, CHANNELS_AT_FIRST);
    tm.emit("recording", recording);
    listChannels();
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
      gd.on("plotly_relayouting", () => tm.emit("moved"));
      gd.on("plotly_afterplot", () => tm.emit("moved"));
    }
    tm.emit("mounted", gd);
    await rebuild();
  };

  const margins = () => {
    const bottom = tm.time.dated() ? BOTTOM.dates : BOTTOM.numbers;
    return { ...MARGINS, t: tm.overlay.laneHeight() + 6, b: bottom };
  };
  tm.on("lanes", () => {
    if (!view.gd || !view.part) return;
    nameRows(view.part);
    painted(Plotly.relayout(view.gd, { "margin.t": margins().t }));
  });
  const width = () => Math.max(50, (view.gd ? view.gd.clientWidth : 1000) - MARGINS.l - MARGINS.r);

  /* ---- the window -------------------------------------------------------------------------------- */
  const ask = async ([from, to]) => {
    if (fetching) fetching.abort();
    fetching = new AbortController();
    const query = new URLSearchParams({
      from: tm.axis.toServer(from),
      to: tm.axis.toServer(to),
      px: Math.round(width()),
      channels: view.shown.join(","),
    });
    const most = tm.sampleTicks(width() / 95);
    if (most) query.set("ticks", most);
    const response = await fetch(`/window/${view.recording.id}?${query}`, { signal: fetching.signal });
    if (!response.ok) throw new Error((await response.json()).error);
    return decode(await response.arrayBuffer());
  };

  const decode = (buffer) => {
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const shared = new Map();
    const array = ([offset, count]) => new Float64Array(buffer, 4 + length + offset, count);
    const times = (place) => {
      if (!shared.has(place[0])) {
        const x = array(place);
        if (tm.axis.origin) for (let index = 0; index < x.length; index += 1) x[index] -= tm.axis.origin;
        shared.set(place[0], x);
      }
      return shared.get(place[0]);
    };
    header.series.forEach((series) => {
      series.x = times(series.x);
      series.y = array(series.y);
    });
    return header;
  };

  tm.decodeWindow = decode;

  /* Newest wins: an answer that is no longer wanted is dropped. */
  const fetchWindow = async (range) => {
    const ticket = (latest += 1);
    try {
      const part = await ask(range);
      return ticket === latest ? part : null;
    } catch (error) {
      if (error.name !== "AbortError" && ticket === latest) {
        const sentence = error instanceof TypeError ? "The server does not answer; the view is not complete." : error.message;
        tm.toast(sentence, "warning");
      }
      return null;
    }
  };

  /* ---- painting ---------------------------------------------------------------------------------- */
  const fitted = ({ min, max }) => {
    if (min === null || max === null) return [0, 1];
    const pad = (max - min) * 0.06 || Math.abs(max) * 0.05 || 1;
    return [min - pad, max + pad];
  };
  /* Few samples on the screen are shown as dots, so that one can see what there is to click. */
  const mode = (part) => (part.n === 1 && part.stop - part.start < width() / 8 ? "lines+markers" : "lines");
  const yName = (place) => (place ? `yaxis${place + 1}` : "yaxis");

  const painted = async (work) => {
    painting = true;
    try {
      await work;
    } finally {
      painting = false;
    }
  };
  const ticks = (range, part) => tm.timeTicks(range, width() / 95, part);

  const note = (part) => {
    view.part = part;
    const badge = tm.byId("label-decimation");
    if (badge) {
      badge.hidden = part.n <= 1;
      badge.textContent = `1 : ${Math.round(part.n).toLocaleString("en")}`;
      badge.title = `Each drawn point stands for ${Math.round(part.n).toLocaleString("en")} samples; the lowest and the highest of them are drawn.`;
    }
    tm.emit("view", view.range);
  };

  /** Draw everything anew: after opening, and when channels, theme or size change. */
  const rebuild = async () => {
    const part = await fetchWindow(view.range);
    if (!part || !view.gd) return;
    const palette = LINES[document.documentElement.dataset.bsTheme] || LINES.light;
    const traces = part.series.map((series, place) => ({
      type: "scatter",
      mode: mode(part),
      x: series.x,
      y: series.y,
      xaxis: "x",
      yaxis: place ? `y${place + 1}` : "y",
      line: { color: palette[series.channel % palette.length], width: 1.2 },
      marker: { size: 4 },
      hoverinfo: "skip",
    }));
    nameRows(part);
    await painted(Plotly.react(view.gd, traces, layout(part), view.gd._context));
    note(part);
  };

  const layout = (part) => {
    const [ink, grid] = [tm.color("--bs-body-color"), tm.color("--tm-grid")];
    const count = Math.max(1, part.series.length);
    const base = {
      margin: margins(),
      showlegend: false,
      hovermode: false,
      dragmode: dragmode(),
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: "inherit", size: 11, color: ink },
      autosize: true,
      xaxis: {
        type: "linear",
        range: [...view.range],
        minallowed: view.full[0] - (view.full[1] - view.full[0]) * 0.5,
        maxallowed: view.full[1] + (view.full[1] - view.full[0]) * 0.5,
        anchor: count > 1 ? `y${count}` : "y",
        gridcolor: grid,
        zeroline: false,
        ...ticks(view.range, part),
      },
    };
    part.series.forEach((series, place) => {
      const [top, height] = row(place, count);
      base[yName(place)] = {
        domain: [Math.max(0, 1 - top - height), 1 - top],
        range: fitted(series),
        fixedrange: true,
        anchor: "x",
        gridcolor: grid,
        zeroline: false,
        nticks: height > 0.3 ? 6 : 3,
        exponentformat: "SI",
      };
    });
    return base;
  };
  /* Where a row is and how high, as shares of the plot's height from its top. */
  const row = (place, count) => {
    const gap = count > 1 ? Math.min(0.03, 0.25 / count) : 0;
    const height = (1 - gap * (count - 1)) / count;
    return [place * (height + gap), height];
  };
  /** The rows from the top, in px of the graph: [{channels, top, bottom}]; none while nothing is drawn. */
  view.rows = () => {
    const full = view.gd && view.gd._fullLayout;
    if (!full || !full._size || !view.part) return [];
    const { t, h } = full._size;
    const { series } = view.part;
    return series.map(({ channel }, place) => {
      const [top, height] = row(place, series.length);
      return { channels: [channel], top: t + top * h, bottom: t + (top + height) * h };
    });
  };
  /** {top, bottom} of the row a channel is drawn in, in px of the graph; null when it is not shown. */
  view.rowOf = (channel) => {
    const found = view.rows().find(({ channels }) => channels.includes(channel));
    return found ? { top: found.top, bottom: found.bottom } : null;
  };

  /* The names of rows are HTML: as texts of Plotly they would be measured anew in every redraw. */
  const nameRows = (part) => {
    const host = document.querySelector(".tm-plot");
    const inside = `(100% - ${margins().t + margins().b}px)`;
    const names = part.series.map(({ channel }, place) => {
      const { name, unit } = view.recording.channels[channel];
      const label = tm.element("span", { className: "tm-row-name" }, unit ? `${name} [${unit}]` : name);
      label.dataset.channel = channel;
      label.style.top = `calc(${margins().t + 2}px + ${row(place, part.series.length)[0]} * ${inside})`;
      return label;
    });
    host.querySelectorAll(".tm-row-name").forEach((old) => old.remove());
    host.append(...names);
  };

  const tracesOf = (part) => ({
    x: part.series.map((series) => series.x),
    y: part.series.map((series) => series.y),
    mode: mode(part),
  });
  /* Give the traces new points, as Plotly's own calc step does, so that the relayout which follows draws them: a
     third of the time of Plotly.update, which works out every default and lays everything out anew. False where the
     looks change too, or Plotly is not built as we know it: then Plotly.update does it. */
  const swapPoints = (part) => {
    const { gd } = view;
    const same = gd._fullData.length === part.series.length && gd._fullData.every((full) => full.mode === mode(part));
    if (!same || part.series.some((series) => !series.x.length)) return false;
    if (!gd._fullData.every((full) => full._module && full._module.calc)) return false;
    part.series.forEach(({ x, y }, place) => {
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

  /** Show a range of the plot's axis: the window is fetched first, then painted with the range in one redraw. */
  view.show = async (range) => {
    view.range = clamp(range);
    const target = view.range;
    const part = await fetchWindow(target);
    if (!part || !view.gd) return;
    const update = { "xaxis.range": [...target] }; // a copy: Plotly changes ranges in place
    for (const [name, value] of Object.entries(ticks(target, part))) update[`xaxis.${name}`] = value;
    part.series.forEach((series, place) => (update[`${yName(place)}.range`] = fitted(series)));
    if (swapPoints(part)) await painted(Plotly.relayout(view.gd, update));
    else await painted(Plotly.update(view.gd, tracesOf(part), update));
    note(part);
  };

  const clamp = ([from, to]) => {
    const [first, last] = view.full;
    const most = (last - first) * 2;
    const least = Math.min(most, Math.max((tm.axis.step || 0) * 3, (Math.abs(first) + Math.abs(last)) * 1e-13));
    const span = Math.min(most, Math.max(least, to - from));
    const middle = Math.min(last, Math.max(first, (from + to) / 2));
    return [middle - span / 2, middle + span / 2];
  };

  const onRelayout = (change) => {
    tm.emit("moved");
    if (painting || !view.gd) return;
    if (change.autosize || "width" in change) return settled(rebuild);
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

  /* What Plotly itself does when one drags. */
  const dragmode = () => (["pan", "zoom"].includes(view.drag) ? view.drag : false);
  const drag = (kind) => () => {
    view.drag = kind;
    for (const [name, id] of [["pan", "label-pan-button"], ["zoom", "label-zoom-button"], ["mark", "label-select-button"], ["measure", "plot-measure-button"]]) {
      const button = tm.byId(id);
      if (button) {
        button.classList.toggle("tm-on", name === kind);
        button.setAttribute("aria-pressed", String(name === kind));
      }
    }
    if (view.gd) painted(Plotly.relayout(view.gd, { dragmode: dragmode() }));
    tm.emit("drag", kind);
  };
  tm.actions.dragPans = drag("pan");
  tm.actions.dragZooms = drag("zoom");
  tm.actions.dragMarks = drag("mark");
  tm.actions.dragMeasures = drag("measure");
  tm.on("mounted", () => drag(view.drag)());

  const listChannels = () => {
    const list = tm.byId("label-channels");
    if (!list) return requestAnimationFrame(listChannels);
    const channels = view.recording.channels;
    const box = (channel, index) => {
      const input = tm.element("input", {
        type: "checkbox",
        className: "form-check-input",
        checked: view.shown.includes(index),
        id: `label-channel-${index}`,
      });
      input.onchange = () => showChannel(index, input);
      const name = channel.unit ? `${channel.name} [${channel.unit}]` : channel.name;
      return tm.element("label", { className: "tm-channel" }, input, name);
    };
    const hidden = channels.length - view.shown.length;
    const rows = channels.map(box);
    if (hidden) rows.unshift(tm.element("div", { className: "tm-channels-note" }, `${view.shown.length} of ${channels.length} shown`));
    list.replaceChildren(...rows);
  };
  const showChannel = (index, input) => {
    const shown = input.checked ? [...view.shown, index].sort((a, b) => a - b) : view.shown.filter((one) => one !== index);
    if (!shown.length) {
      input.checked = true;
      return tm.toast("At least one channel stays shown.");
    }
    view.shown = shown;
    listChannels();
    rebuild();
  };

  for (const event of ["theme", "timeform"]) tm.on(event, () => view.gd && view.recording && rebuild());

  /* The page was left: nothing of it may be touched any more. */
  tm.on("closed", () => {
    view.recording = view.gd = view.part = null;
  });
  new MutationObserver(() => {
    if (view.recording && !tm.byId("label-plot")) tm.emit("closed");
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
