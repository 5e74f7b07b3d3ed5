/* The overview below the plot: the whole file, its labels as ticks, and a brush over the visible part. Its data are
   requested once per file and width and drawn once; a change of the view moves only the brush, at no cost for the plot. */
import { STILL, byId, cssColor, element, emptied, later } from "./dom.mjs";

export default (plot) => {
  const TICKS = 9; // px at the bottom for the labels
  const WHOLE = 0.995; // a brush of this width covers the overview
  const SETTLE = 150; // ms without a change of width
  const strip = byId("plot-overview");
  const [canvas, brush] = strip.children;
  let chosen = null; // channel; null: the first visible one
  let series = null;
  let loaded = ""; // the request of `series`
  let drag = null;
  let frame = 0;
  let timer = 0;

  const full = () => plot.view.full;
  const share = (x) => (x - full()[0]) / (full()[1] - full()[0]);
  const painted = () => plot.view.gd?._fullLayout?.xaxis?.range || plot.view.range;

  /* ---- drawing ----------------------------------------------------------------------------------- */
  const channel = () => {
    const { channels } = plot.view.recording;
    return chosen !== null && chosen < channels.length ? chosen : (plot.look.shown[0] ?? 0);
  };
  const load = async () => {
    const { recording } = plot.view;
    const width = strip.clientWidth;
    if (!recording || !width) return;
    const query = { ...plot.axis.asked(full()), px: width, channels: channel() };
    const name = [recording.id, ...Object.values(query)].join();
    if (name === loaded) return;
    loaded = name;
    const part = await plot.fetchPart("/window", query);
    if (name !== loaded) return;
    if (!part) return void (loaded = ""); // requested again with the next view
    series = part.series[0];
    redraw();
  };

  const redraw = () => (frame ||= requestAnimationFrame(draw));
  const draw = () => {
    frame = 0;
    if (!plot.view.recording) return;
    const { clientWidth: width, clientHeight: height } = strip;
    const context = emptied(canvas, strip);
    drawSeries(context, width, height - TICKS - 1);
    drawTicks(context, width, height - TICKS, TICKS);
  };
  const drawSeries = (context, width, height) => {
    if (!series || series.min === null) return;
    const scale = (height - 4) / (series.max - series.min || 1);
    context.strokeStyle = cssColor("--bs-secondary-color");
    context.lineWidth = 1;
    context.beginPath();
    let gap = true;
    series.y.forEach((y, index) => {
      const to = gap ? "moveTo" : "lineTo";
      gap = Number.isNaN(y);
      if (!gap) context[to](share(series.x[index]) * width, height - 2 - (y - series.min) * scale);
    });
    context.stroke();
  };
  /* A label that ends within the last tick of its class would not be visible. */
  const drawTicks = (context, width, top, height) => {
    if (plot.overlay.hidden) return;
    const drawn = new Map();
    for (const { x0, x1, color, classId, status } of plot.labels.list()) {
      if (status === "rejected" || plot.overlay.hiddenClasses.has(classId)) continue;
      const kind = `${status} ${color}`;
      const from = Math.floor(share(plot.axis.toPlot(x0)) * width);
      const to = Math.max(from + 1.5, share(plot.axis.toPlot(x1)) * width);
      if (to <= drawn.get(kind)) continue;
      drawn.set(kind, to);
      context.fillStyle = color;
      context.globalAlpha = status === "accepted" ? 1 : 0.4;
      context.fillRect(from, top, to - from, height - 1);
    }
  };

  /* ---- the brush --------------------------------------------------------------------------------- */
  const place = ([from, to]) => {
    const [left, right] = [share(from), share(to)].map((value) => Math.min(1, Math.max(0, value)));
    Object.assign(brush.style, { left: `min(${left * 100}%, 100% - 8px)`, width: `${(right - left) * 100}%` });
  };
  const follow = () => plot.view.range && !drag && !plot.view.busy && place(painted());
  const say = ([from, to]) => {
    const middle = Math.round(Math.min(1, Math.max(0, share((from + to) / 2))) * 100);
    strip.setAttribute("aria-valuenow", String(middle));
    strip.setAttribute("aria-valuetext", `${plot.timeText(plot.axis.toServer(from))} to ${plot.timeText(plot.axis.toServer(to))}`);
  };

  const { go } = plot.view;

  /* ---- the mouse --------------------------------------------------------------------------------- */
  const at = (event) => {
    const box = strip.getBoundingClientRect();
    const [first, last] = full();
    return first + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (last - first);
  };
  const grab = (event) => {
    if (event.button !== 0 || !plot.view.range) return;
    const range = [...painted()];
    const x = at(event);
    const whole = range[1] - range[0] >= (full()[1] - full()[0]) * WHOLE;
    const within = brush.contains(event.target);
    const kind = event.target.dataset.edge || (within && !whole && !event.shiftKey ? "pan" : "new");
    drag = { kind, x, range, from: event.clientX, moved: false, within, whole };
    strip.setPointerCapture(event.pointerId);
    event.preventDefault();
    strip.focus({ preventScroll: true, focusVisible: false });
  };
  const pull = (event) => {
    if (!drag || (!drag.moved && Math.abs(event.clientX - drag.from) <= STILL)) return;
    drag.moved = true;
    const x = at(event);
    const [from, to] = drag.range;
    const sorted = (a, b) => [Math.min(a, b), Math.max(a, b)];
    if (drag.kind === "pan") go(plot.view.inside([from + x - drag.x, to + x - drag.x]));
    else if (drag.kind === "new") go(sorted(drag.x, x));
    else go(drag.kind === "from" ? sorted(x, to) : sorted(from, x));
  };
  const release = () => {
    const was = drag;
    drag = null;
    if (!was) return;
    if (!was.moved && !was.within) {
      const half = (was.range[1] - was.range[0]) / 2;
      go(plot.view.inside([was.x - half, was.x + half]));
    }
    follow();
  };
  const wheel = (event) => plot.view.range && plot.view.wheel(event, at(event), strip.clientWidth);

  /* ---- keys of a slider; arrows are keys of the plot -------------------------------------------------------------- */
  const span = () => plot.view.range[1] - plot.view.range[0];
  const KEYS = {
    PageUp: () => plot.view.pan(0.9),
    PageDown: () => plot.view.pan(-0.9),
    Home: () => plot.view.show([full()[0], full()[0] + span()]),
    End: () => plot.view.show([full()[1] - span(), full()[1]]),
    "+": () => plot.view.zoom(0.5),
    "=": () => plot.view.zoom(0.5),
    "-": () => plot.view.zoom(2),
  };
  const press = (event) => {
    const run = !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[event.key];
    if (!run || !plot.view.range) return;
    event.preventDefault();
    run(event);
  };

  const whole = () => plot.view.range && go([...full()]);
  Object.assign(strip, { onpointerdown: grab, onpointermove: pull, onpointerup: release, onpointercancel: release, onkeydown: press, ondblclick: whole });
  strip.addEventListener("wheel", wheel, { passive: false });
  const resized = () => {
    redraw();
    clearTimeout(timer);
    timer = setTimeout(load, SETTLE);
  };
  plot.observe(new ResizeObserver(resized), strip);

  /* ---- the menu of channels ---------------------------------------------------------------------- */
  const menu = byId("plot-overview-channel");
  const list = () => {
    menu.replaceChildren(...plot.view.recording.channels.map(({ name }, index) => element("option", { value: String(index) }, name)));
    menu.value = String(channel());
    menu.title = `The overview shows “${plot.view.recording.channels[channel()].name}”`;
  };
  menu.onchange = () => {
    chosen = Number(menu.value);
    menu.blur();
    list();
    load();
  };

  plot.on("recording", () => {
    chosen = series = drag = null;
    loaded = "";
  });
  plot.on("axis", () => (series = null));
  plot.on("mounted", () => {
    list();
    redraw();
    follow();
  });
  plot.on("view", (range) => {
    strip.parentElement.style.paddingRight = `${plot.view.gd._fullLayout._size.r}px`; // as wide as the plot
    follow();
    say(range);
    if (chosen === null) list();
    load();
  });
  plot.on("moved", follow);
  plot.on("going", place);
  for (const event of ["theme", "classes", "hidden"]) plot.on(event, redraw);
  plot.on("labels", later(redraw));
};
