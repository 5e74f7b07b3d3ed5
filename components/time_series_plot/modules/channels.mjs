/* Which channels are shown, in which rows, under which names and on which scales: what `recording.look` and then the
   property `channels` say (`drawn` in components/channel_look.py). */
import { cssColor } from "./dom.mjs";

export default (plot) => {
  const COLORS = 6; // --tm-line-0 to --tm-line-5
  const channels = (plot.channels = { look: "lines" });
  let drawn = null;

  const take = (look) => {
    drawn = look;
    channels.look = look.look;
    look.channels.forEach((channel, index) => Object.assign(plot.view.recording.channels[index], channel));
    plot.emit("channels");
  };
  /** Begin with a recording; called before anything of it is drawn. */
  channels.open = (recording) => {
    take(recording.look);
  };
  /** Take another look. */
  channels.use = (look) => {
    const before = channels.look;
    take(look);
    if (channels.look === "paper" && before !== "paper") plot.paper.enter();
    else plot.view.redraw();
  };

  channels.shown = () => drawn.shown;
  /** What holds for a channel: {name, unit, source, title, scale, y}. */
  channels.get = (index) => drawn.channels[index];
  /** The rows from the top, and Plotly's layout without them: copies, since Plotly changes them. */
  channels.rows = () => structuredClone(drawn.rows);
  channels.layout = () => structuredClone(drawn.layout);
  /** What a request for a window says about channels. */
  channels.query = () => drawn.query;
  channels.color = (index) => cssColor(`--tm-line-${index % COLORS}`);
  channels.isCandle = (index) => drawn.candles.includes(index);
};
