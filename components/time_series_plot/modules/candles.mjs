/* Candles: hollow for a rise, filled for a fall, so that they differ without colour. They are drawn on the canvas
   behind the lines, above the labels: Plotly would create several elements per candle. */
import { cssColor, within } from "./dom.mjs";

export default (plot) => {
  const BODY = 0.7; // as a share of the candle interval

  const draw = (context, drawn, box, { x: px, y: py }) => {
    const width = Math.max(1, px(BODY * drawn.n * plot.axis.step) - px(0));
    for (const rising of [true, false]) {
      context.beginPath();
      drawn.x.forEach((x, index) => {
        const [open, close] = [drawn.open[index], drawn.close[index]];
        const middle = Math.round(px(x)) + 0.5;
        if (close >= open !== rising || Number.isNaN(open) || middle < box.left - width || middle > box.right + width) return;
        const [top, bottom] = [py(Math.max(open, close)), py(Math.min(open, close))];
        context.moveTo(middle, py(drawn.high[index]));
        context.lineTo(middle, top);
        context.moveTo(middle, bottom);
        context.lineTo(middle, py(drawn.low[index]));
        context.rect(middle - width / 2, top, width, bottom - top);
      });
      context.strokeStyle = context.fillStyle = cssColor(rising ? "--tm-rise" : "--tm-fall");
      if (!rising) context.fill();
      context.stroke();
    }
  };
  plot.on("above", ({ context }) => {
    const drawn = plot.view.part?.candles && plot.paint.axes().find(({ row, axis }) => row.candles && axis === row.axes[0]);
    const yaxis = drawn && plot.paint.laidOut(drawn.axis);
    if (!yaxis?._length) return;
    const box = plot.paint.box(drawn.row);
    within(context, box, () => {
      context.lineWidth = 1.2;
      draw(context, plot.view.part.candles, box, plot.paint.pixels(plot.view.gd._fullLayout.xaxis, yaxis));
    });
  });
};
