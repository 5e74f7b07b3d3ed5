/* Snap a click to the nearest sample, to the nearest peak or trough, or not at all. A stored edge is always a sample:
   the server takes the nearest one. */
import { element, nearest, update } from "./dom.mjs";

export default (plot) => {
  const REACH = 10; // px around the cursor in which a peak or trough is searched
  const MODES = {
    sample: ["record-circle", "Sample", "Marks snap to the nearest sample"],
    extremum: ["activity", "Peak", "Marks snap to the nearest peak or trough"],
    off: ["magnet", "Free", "Marks stay where you click; the nearest sample is kept"],
  };
  const NAMES = Object.keys(MODES);
  const snap = (plot.snap = { mode: plot.preferences.get("snap") || "sample" });

  /** Does a click snap? Alt suspends. */
  snap.on = (event) => snap.mode !== "off" && !event?.altKey;
  /** The nearest sample, where samples are drawn individually. */
  snap.toSample = (x) => plot.view.drawnSample(x) ?? x;
  /** The snapped place of a mouse event at x; without an event, of a key. */
  snap.place = (x, event) => {
    if (!snap.on(event)) return x;
    const peak = snap.mode === "extremum" && event ? extremum(x, event) : null;
    return snap.toSample(peak ?? x);
  };

  /* The point of the line under the cursor that is farthest from the straight line through its surroundings. */
  const extremum = (x, event) => {
    const place = plot.overlay.geometry();
    const at = place.pixel(x);
    const series = plot.view.part && plot.view.seriesAt(at, event.clientY - plot.view.gd.getBoundingClientRect().top);
    if (!series) return null;
    const [from, to] = [at - REACH, at + REACH].map((pixel) => nearest(series.x, plot.axis.toPlot(place.x(pixel))));
    const line = (index) => series.y[from] + ((series.y[to] - series.y[from]) * (series.x[index] - series.x[from])) / (series.x[to] - series.x[from] || 1);
    let best = -1;
    for (let index = from + 1; index < to; index += 1) {
      const height = Math.abs(series.y[index] - line(index));
      if (best < 0 || height > Math.abs(series.y[best] - line(best))) best = index;
    }
    return best < 0 ? null : plot.axis.toServer(series.x[best]);
  };

  const showMode = () => {
    const [icon, word, sentence] = MODES[snap.mode];
    const key = plot.keys.first("snap");
    const words = `${sentence} (${key ? `${key} changes that, ` : ""}Alt suspends it)`;
    update("label-snap-button", { className: `tm-tool tm-snap bi bi-${icon}`, words })?.replaceChildren(element("span", {}, word));
  };
  snap.use = (mode) => {
    snap.mode = mode;
    plot.preferences.keep("snap", mode === "sample" ? null : mode);
    plot.emit("snap");
  };
  plot.actions.snap = () => snap.use(NAMES[(NAMES.indexOf(snap.mode) + 1) % NAMES.length]);
  for (const event of ["mounted", "keymap", "snap"]) plot.on(event, showMode);
};
