/* The value of every channel under the cursor. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { nearest } = tm;

  const readout = (x) => {
    const place = tm.byId("label-readout");
    const { part, recording } = tm.view;
    if (!place || !part || !recording) return;
    if (x === null) return place.replaceChildren();
    const index = part.series.length ? nearest(part.series[0].x, tm.axis.toPlot(x)) : -1;
    const time = index < 0 || part.n > 1 ? x : tm.axis.toServer(part.series[0].x[index]);
    const about = part.n > 1 ? "≈ " : ""; // between the points that are drawn there are others
    const cells = [tm.element("b", {}, about + tm.timeText(time))];
    for (const series of part.series) {
      const at = nearest(series.x, tm.axis.toPlot(x));
      const value = at < 0 ? NaN : series.y[at];
      const channel = recording.channels[series.channel];
      const text = Number.isFinite(value) ? `${+value.toPrecision(6)}${channel.unit ? ` ${channel.unit}` : ""}` : "–";
      cells.push(tm.element("span", {}, tm.element("i", {}, channel.name), ` ${text}`));
    }
    place.replaceChildren(...cells);
  };
  tm.on("hover", readout);
})();
