/* Visible channels, their rows, names and scales: `plot.look`, from `recording.look`, later from the property
   `channels` (`drawn` in components/channel_look.py). */
import { cssColor } from "./dom.mjs";

export default (plot) => {
  const take = (look) => {
    plot.look = look;
    look.channels.forEach((channel, index) => Object.assign(plot.view.recording.channels[index], channel));
    plot.emit("channels");
  };
  plot.channels = {
    /** Set the look of a recording before anything is drawn. */
    open: ({ look }) => take(look),
    /** Set another look. */
    use: (look) => {
      if (look.at < plot.look.at) return; // answers can pass each other
      const before = plot.look.look;
      take(look);
      if (look.look === "paper" && before !== "paper") plot.paper.enter();
      else plot.view.redraw();
    },
    color: (index) => cssColor(`--tm-line-${index % 6}`), // --tm-line-0 to --tm-line-5
    isCandle: (index) => plot.look.candles.includes(index),
  };
};
