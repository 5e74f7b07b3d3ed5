/* Which channels are shown, in which rows, under which names and on which scales: what `recording.look` and then the
   property `channels` say (components/channel_look.py). `recording.channels[i].name` and `.unit` are what is shown; `.source` and `.sourceUnit`
   are the file's. */
import { cssColor } from "./dom.mjs";

export default (plot) => {
  const PLAIN = { name: null, unit: null, height: 1, scale: "", y: "view", joined: false };
  const SCALES = { z: "z-score", one: "0–1" };
  const COLORS = 6; // --tm-line-0 to --tm-line-5

  const channels = (plot.channels = { look: "lines", price: null });
  let recording = null;
  let visible = []; // from the top
  let chosen = {}; // channel -> what differs from PLAIN

  const take = (look) => {
    channels.look = look.look;
    visible = look.shown;
    chosen = look.channels;
    recording.channels.forEach((channel, index) => {
      const { name, unit } = channels.get(index);
      channel.name = name || channel.source;
      channel.unit = unit ?? channel.sourceUnit;
    });
    plot.emit("channels");
  };
  /** Begin with a recording; called before anything of it is drawn. */
  channels.open = (opened) => {
    recording = opened;
    for (const channel of recording.channels) {
      channel.source ??= channel.name;
      channel.sourceUnit ??= channel.unit;
    }
    channels.price = recording.price;
    take(recording.look);
  };
  /** Take another look. */
  channels.use = (look) => {
    const before = channels.look;
    take(look);
    if (channels.look === "paper" && before !== "paper") plot.paper.enter();
    else plot.view.redraw();
  };

  channels.shown = () => visible;
  /** What holds for a channel; name and unit null: the file's. */
  channels.get = (index) => ({ ...PLAIN, ...chosen[index] });
  /** The name as it stands beside a row: with its unit, or the scale it is shown on. */
  channels.title = (index) => {
    const { name, unit } = recording.channels[index];
    const { scale } = channels.get(index);
    if (scale) return `${name} (${SCALES[scale]})`;
    return unit ? `${name} [${unit}]` : name;
  };
  channels.color = (index) => cssColor(`--tm-line-${index % COLORS}`);
  channels.isCandle = (index) => channels.look === "candles" && channels.price.includes(index);

  /** The rows from the top: [{channels, candles, height, axes: [{key, channels, scale, unit}]}]. Channels of one row
      share an axis where they have one unit and one scale. */
  channels.rows = () => {
    const rows = [];
    let candles = null;
    for (const index of visible) {
      const own = channels.get(index);
      const isCandle = channels.isCandle(index);
      const joined = own.joined && !isCandle && rows.at(-1);
      let row = (isCandle && candles) || joined;
      if (!row) rows.push((row = { channels: [], candles: isCandle, height: own.height, axes: [] }));
      if (isCandle) candles = row;
      add(row, index, own);
    }
    return rows;
  };
  const add = (row, index, { scale }) => {
    const { unit } = recording.channels[index];
    const key = scale || `unit ${unit ?? ""}`;
    row.channels.push(index);
    const axis = row.axes.find((known) => known.key === key);
    if (axis) axis.channels.push(index);
    else row.axes.push({ key, channels: [index], scale, unit });
  };
};
