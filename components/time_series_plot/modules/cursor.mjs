/* Move the cursor in the plot by keys. */
export default (plot) => {
  const SHARE = 0.01; // step, as a share of the view

  /* Cursor position on the server's axis; the middle of the view if there is no cursor. */
  const cursor = (place) => place.x(plot.overlay.hover ?? (place.left + place.right) / 2);
  const put = async (x) => {
    const [first, last] = plot.view.full.map(plot.axis.toServer);
    const target = Math.max(first, Math.min(last, x));
    if (!plot.view.shows(target, target)) await plot.view.center(target, target);
    const place = plot.overlay.geometry();
    if (!place) return;
    plot.overlay.hover = Math.max(place.left, Math.min(place.right, place.pixel(target)));
    plot.overlay.drawFront();
    plot.emit("hover", target);
  };
  const step = (by) => {
    const place = plot.overlay.geometry();
    if (!place) return;
    const x = cursor(place);
    /* Start on a sample: from between two samples, a step to the next would be shorter than one. */
    put(plot.overlay.hover === null ? (plot.view.drawnSample(x) ?? x) : by(x, place));
  };
  const part = (direction) => () => step((x, place) => place.x(place.pixel(x) + direction * SHARE * (place.right - place.left)));
  /* To the next sample where samples are drawn individually, else by the usual step. */
  const sample = (direction) => () =>
    step((x) => {
      const times = plot.view.drawnTimes();
      const at = plot.axis.toPlot(x);
      if (!times) return plot.axis.toServer(at + direction * plot.axis.step);
      const near = plot.axis.step * 1e-6;
      const next = direction > 0 ? times.find((time) => time > at + near) : times.findLast((time) => time < at - near);
      return next === undefined ? x : plot.axis.toServer(next);
    });
  Object.assign(plot.actions, {
    "cursor-left": part(-1),
    "cursor-right": part(1),
    "cursor-left-sample": sample(-1),
    "cursor-right-sample": sample(1),
  });
};
