/* Candles: hollow where the price rose, filled where it fell, so that the colours need not be told apart. They are two
   line traces, which are swapped, dragged and exported like every other. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const BODY = 0.7; // of the time from one candle to the next
  const POINTS = 12; // of one candle: upper wick, body, lower wick, the pen lifted after each
  const COLORS = { light: { up: "#0b62a8", down: "#b8470b" }, dark: { up: "#6cb6ff", down: "#f0883e" } };
  const colors = () => COLORS[document.documentElement.dataset.bsTheme] || COLORS.light;
  const candles = (tm.candles = {});

  const path = ({ x, open, high, low, close }, half, rising) => {
    const places = [];
    for (let index = 0; index < x.length; index += 1) {
      if (!Number.isNaN(open[index]) && close[index] >= open[index] === rising) places.push(index);
    }
    /* A trace without a point would be drawn the slow way, so there is one that is not seen. */
    if (!places.length) return { x: new Float64Array(1), y: new Float64Array([NaN]) };
    const [px, py] = [new Float64Array(places.length * POINTS), new Float64Array(places.length * POINTS)];
    places.forEach((index, place) => {
      const [left, middle, right] = [x[index] - half, x[index], x[index] + half];
      const [top, bottom] = rising ? [close[index], open[index]] : [open[index], close[index]];
      px.set([middle, middle, middle, left, right, right, left, left, left, middle, middle, middle], place * POINTS);
      py.set([high[index], top, NaN, top, top, bottom, bottom, top, NaN, bottom, low[index], NaN], place * POINTS);
    });
    return { x: px, y: py };
  };

  /** The traces of what the server sent as candles. */
  candles.traces = (drawn, axis) => {
    const half = (BODY / 2) * drawn.n * tm.axis.step;
    const { up, down } = colors();
    const look = { mode: "lines", yaxis: axis.name };
    return [
      { ...look, ...path(drawn, half, true), line: { color: up, width: 1.2 } },
      { ...look, ...path(drawn, half, false), line: { color: down, width: 1.2 }, fill: "toself", fillcolor: down },
    ];
  };

  /** What stands in the corner of the row: which is which. */
  candles.legend = () => {
    const { up, down } = colors();
    const sign = (color, fill) => {
      const box = tm.element("i", { className: "tm-candle", "aria-hidden": "true" });
      box.style.cssText = `border-color: ${color}; background: ${fill ? color : "none"}`;
      return box;
    };
    return tm.element("span", { className: "tm-row-channel" }, sign(up, false), "up ", sign(down, true), "down");
  };
})();
