/* The lane below the plot: confidence of the newest model run at each sample. The data have the format of a window with
   one channel (GET /confidence/<recording>); the lane follows the plot's axis during a drag. */
import { byId, cssColor, emptied, nearest, within } from "./dom.mjs";

export default (plot) => {
  const UNSURE = 0.6; // the lane is marked below this value
  let on = plot.preferences.get("confidence") !== false;
  let found = null; // {recording, run, series}
  let requests = 0;
  let cursor = null; // x of the pointer, on the axis of the plot

  const lane = byId("plot-confidence");
  const ask = async () => {
    const { recording, range } = plot.view;
    if (!on || !recording || !range) return;
    const ticket = (requests += 1);
    const part = await plot.fetchPart("/confidence", { ...plot.axis.asked(range), px: Math.round(plot.paint.width()) });
    if (!part || ticket !== requests || recording !== plot.view.recording) return; // the next view sends another request
    found = { recording, run: part.run, series: part.series[0] || null };
    show();
  };
  const sure = () => on && found?.series && found.recording === plot.view.recording;
  const show = () => {
    lane.hidden = !sure();
    draw();
    tell();
  };

  const draw = () => {
    const place = sure() && plot.overlay.geometry();
    if (!place) return;
    const host = lane.querySelector(".tm-confidence-lane");
    const shift = plot.view.gd.getBoundingClientRect().left - host.getBoundingClientRect().left;
    const context = emptied(host.firstElementChild, host);
    const at = (index) => shift + place.along(found.series.x[index]);
    const box = { left: place.left + shift, right: place.right + shift, top: 0, bottom: host.clientHeight };
    within(context, box, () => paint(context, found.series.y, at, host.clientHeight));
  };
  /* From point to point: a filled area up to the confidence; low confidence is marked behind it. */
  const paint = (context, values, at, height) => {
    const [fill, mark] = [new Path2D(), new Path2D()];
    for (let index = 0; index + 1 < values.length; index += 1) {
      const [left, right] = [values[index], values[index + 1]];
      if (Number.isNaN(left) || Number.isNaN(right)) continue; // no prediction
      const [from, to] = [at(index), at(index + 1)];
      fill.moveTo(from, height);
      fill.lineTo(from, height * (1 - left));
      fill.lineTo(to, height * (1 - right));
      fill.lineTo(to, height);
      if (Math.min(left, right) < UNSURE) mark.rect(from, 0, Math.max(1, to - from), height);
    }
    context.globalAlpha = 0.45;
    context.fillStyle = cssColor("--tm-warn");
    context.fill(mark);
    context.globalAlpha = 0.4;
    context.fillStyle = cssColor("--tm-accent");
    context.fill(fill);
  };

  /* The value under the cursor replaces the name of the lane. */
  const tell = () => {
    if (!sure()) return;
    const index = cursor === null ? -1 : nearest(found.series.x, plot.axis.toPlot(cursor));
    const value = index < 0 ? NaN : found.series.y[index];
    byId("plot-confidence-value").textContent = index < 0 ? "sure" : Number.isNaN(value) ? "–" : value.toFixed(2);
  };
  plot.on("hover", (x) => ((cursor = x), tell()));

  plot.on("view", ask);
  for (const event of ["moved", "theme"]) plot.on(event, draw);
  /* A run that ended while the file is open has stored its suggestions. */
  plot.on("labels", (change) => {
    const run = change && change.fresh.find((row) => row.run && row.status === "suggested")?.run;
    if (run && found && run !== found.run) ask();
  });
  plot.on("axis", () => (found = null));
  plot.on("recording", ({ sure }) => {
    found = cursor = null;
    lane.hidden = !sure;
  });

  plot.actions.confidence = () => {
    on = !on;
    plot.preferences.keep("confidence", on ? null : false);
    (on ? ask : show)();
    if (on && found && !found.series) plot.toast("No model has been run over this file yet.");
  };
};
