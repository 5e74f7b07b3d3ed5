/* The cursor in the plot moved by keys: what a mouse points at, without a mouse. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const SHARE = 0.01; // of the view, a step

  /* Where the cursor is, on the server's axis; the middle of the view while it is nowhere. */
  const cursor = (place) => place.x(tm.overlay.hover ?? (place.left + place.right) / 2);
  const put = async (x) => {
    const [first, last] = tm.view.full.map(tm.axis.toServer);
    const target = Math.max(first, Math.min(last, x));
    if (!tm.view.shows(target, target)) await tm.view.center(target, target);
    const place = tm.overlay.geometry();
    if (!place) return;
    tm.overlay.hover = Math.max(place.left, Math.min(place.right, place.pixel(target)));
    tm.overlay.drawFront();
    tm.emit("hover", target);
  };
  /* Times on the plot's axis where samples are drawn one by one, else null. */
  const drawn = () => {
    const { part: shown } = tm.view;
    return shown && shown.n === 1 && shown.series.length ? shown.series[0].x : null;
  };
  /* The sample nearest to the middle: between two of them, a step to the next would be less than one. */
  const onSample = (x) => {
    const times = drawn();
    return times ? tm.axis.toServer(times[tm.nearest(times, tm.axis.toPlot(x))]) : x;
  };
  const step = (by) => {
    const place = tm.overlay.geometry();
    if (!place) return;
    if (tm.overlay.hover === null) return put(onSample(cursor(place)));
    put(by(cursor(place), place));
  };
  const part = (direction) => () => step((x, place) => x + direction * SHARE * (place.x(place.right) - place.x(place.left)));
  /* To the next sample where samples are drawn one by one, else by the usual step. */
  const sample = (direction) => () =>
    step((x) => {
      const times = drawn();
      if (!times) return x + direction * tm.axis.step;
      const at = tm.axis.toPlot(x);
      const near = tm.axis.step * 1e-6;
      const next = direction > 0 ? times.find((time) => time > at + near) : times.findLast((time) => time < at - near);
      return next === undefined ? x : tm.axis.toServer(next);
    });
  tm.keys.define("cursor-left", part(-1));
  tm.keys.define("cursor-right", part(1));
  tm.keys.define("cursor-left-sample", sample(-1));
  tm.keys.define("cursor-right-sample", sample(1));
})();
