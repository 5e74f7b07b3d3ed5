/* Which channels are shown, in which rows, under which names and on which scales. What the user chose holds for all
   files of one shape (channels, units, kind of time): it comes with the recording and is kept as preference
   `view:<shape>`. `recording.channels[i].name` and `.unit` are what is shown; `.source` and `.sourceUnit` are the file's. */
import { shell } from "./bridge.mjs";

export default (plot) => {
  const AT_FIRST = 12;
  const MOST = 64; // rows and lines Plotly still draws without a pause that hurts
  const LINES = {
    light: ["#20588f", "#7a3e9d", "#00695c", "#a04000", "#37474f", "#8e244d"],
    dark: ["#7fb8f0", "#c9a2e8", "#66c7b4", "#f0a868", "#b8c4cc", "#f093b4"],
  };
  const PLAIN = { name: null, unit: null, height: 1, scale: "", y: "view", joined: false };
  const SCALES = { z: "z-score", one: "0–1" };
  const LOOKS = ["lines", "candles", "paper"];
  const KEEP_AFTER = 400; // ms without a further change

  const channels = (plot.channels = { MOST, SCALES, look: "lines" });
  let recording = null;
  let order = []; // every channel
  let visible = new Set();
  let chosen = new Map(); // channel -> what differs from PLAIN
  let timer = 0;
  const unkept = new Map(); // shape -> what the server does not have yet

  /* ---- a price: open, high, low, close ----------------------------------------------------------- */
  const PRICE = ["open", "high", "low", "close"];
  const findPrice = (list) => {
    const names = list.map(({ name }) => name.trim().toLowerCase());
    for (const wanted of [PRICE, PRICE.map((name) => name[0])]) {
      const found = wanted.map((name) => names.indexOf(name));
      if (found.every((place) => place >= 0)) return found;
    }
    return null;
  };
  /* Lines that belong over the candles: values of the price's range, such as a moving average. */
  const indicators = (list, price) => {
    const [high, low] = [list[price[1]].high, list[price[2]].low];
    const slack = (high - low) / 2;
    const near = ({ low: least, high: most }) => least !== null && least >= low - slack && most <= high + slack;
    return list.map((_, index) => index).filter((index) => !price.includes(index) && near(list[index]));
  };

  /* ---- from the start, and what was kept --------------------------------------------------------- */
  const byDefault = () => {
    const all = recording.channels.map((_, index) => index);
    const { price } = channels;
    chosen = new Map();
    if (price) {
      const over = indicators(recording.channels, price);
      for (const index of [...price.slice(1), ...over]) chosen.set(index, { joined: true });
      const rest = all.filter((index) => !price.includes(index) && !over.includes(index));
      for (const index of rest) chosen.set(index, { height: 0.4 });
      order = [...price, ...over, ...rest];
    } else order = all;
    channels.look = price ? "candles" : "lines";
    visible = new Set(order.slice(0, AT_FIRST));
  };
  const isRange = (y) => Array.isArray(y) && y.length === 2 && y.every(Number.isFinite) && y[0] < y[1];
  const SOUND = {
    name: (value) => typeof value === "string",
    unit: (value) => typeof value === "string",
    height: (value) => value >= 0.2 && value <= 10,
    scale: (value) => value === "" || value in SCALES,
    y: (value) => value === "view" || value === "file" || isRange(value),
    joined: (value) => typeof value === "boolean",
  };
  const sound = (settings) => Object.fromEntries(Object.entries(settings || {}).filter(([name, value]) => SOUND[name]?.(value)));
  /* Whatever a preference holds, every channel of the recording is there once. */
  const take = (kept) => {
    const known = (list) => [...new Set(Array.isArray(list) ? list : [])].filter((index) => index in recording.channels);
    const first = known(kept.order);
    order = [...first, ...order.filter((index) => !first.includes(index))];
    visible = new Set(known(kept.shown).slice(0, MOST));
    chosen = new Map(Object.entries(kept.channels || {}).map(([index, settings]) => [Number(index), sound(settings)]));
    if (channels.looks().includes(kept.look)) channels.look = kept.look;
  };
  const named = () => {
    recording.channels.forEach((channel, index) => {
      const { name, unit } = channels.get(index);
      channel.name = name || channel.source;
      channel.unit = unit ?? channel.sourceUnit;
    });
  };

  /** Begin with a recording; called before anything of it is drawn. */
  channels.open = (opened) => {
    recording = opened;
    for (const channel of recording.channels) {
      channel.source ??= channel.name;
      channel.sourceUnit ??= channel.unit;
    }
    channels.price = findPrice(recording.channels.map(({ source }) => ({ name: source })));
    byDefault();
    const kept = unkept.has(recording.shape) ? unkept.get(recording.shape) : recording.look;
    if (kept && typeof kept === "object") take(kept);
    named();
    plot.emit("channels", { redraw: false });
  };

  /* ---- asking ------------------------------------------------------------------------------------ */
  channels.list = () => order;
  channels.shown = () => order.filter((index) => visible.has(index));
  channels.isShown = (index) => visible.has(index);
  /** What holds for a channel; name and unit null: the file's. */
  channels.get = (index) => ({ ...PLAIN, ...chosen.get(index) });
  /** The name as it stands beside a row: with its unit, or the scale it is shown on. */
  channels.title = (index) => {
    const { name, unit } = recording.channels[index];
    const { scale } = channels.get(index);
    if (scale) return `${name} (${SCALES[scale]})`;
    return unit ? `${name} [${unit}]` : name;
  };
  channels.color = (index) => {
    const palette = LINES[document.documentElement.dataset.bsTheme] || LINES.light;
    return palette[index % palette.length];
  };
  /** Whether the server has what was chosen. */
  channels.kept = () => unkept.size === 0;
  /** The looks this recording can have. */
  channels.looks = () => LOOKS.filter((look) => look === "lines" || (look === "candles" ? channels.price : plot.paper.fits(recording)));
  const isCandle = (index) => channels.look === "candles" && channels.price.includes(index);
  channels.isCandle = isCandle;

  /** The rows from the top: [{channels, candles, height, axes: [{key, channels, scale, unit}]}]. Channels of one row
      share an axis where they have one unit and one scale. */
  channels.rows = () => {
    const rows = [];
    let candles = null;
    for (const index of channels.shown()) {
      const own = channels.get(index);
      if (isCandle(index) && candles) add(candles, index, own);
      else if (own.joined && rows.length && !isCandle(index)) add(rows.at(-1), index, own);
      else {
        rows.push({ channels: [], candles: isCandle(index), height: own.height, axes: [] });
        if (isCandle(index)) candles = rows.at(-1);
        add(rows.at(-1), index, own);
      }
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

  /* ---- changing ---------------------------------------------------------------------------------- */
  const plain = () => ({
    look: channels.look,
    order,
    shown: channels.shown(),
    channels: Object.fromEntries([...chosen].filter(([, settings]) => Object.keys(settings).length)),
  });
  channels.plain = plain;
  /** Take a look as `plain` gives it. */
  channels.use = (look) => {
    if (!recording) return;
    byDefault();
    take(look);
    named();
    plot.emit("channels", { redraw: true });
  };
  const keep = (value) => {
    const { shape } = recording;
    unkept.set(shape, value);
    clearTimeout(timer);
    timer = setTimeout(flush, KEEP_AFTER);
  };
  const flush = async () => {
    for (const [shape, value] of [...unkept]) {
      const kept = await plot.preferences.save(`view:${shape}`, value);
      if (kept && unkept.get(shape) === value) unkept.delete(shape);
    }
  };
  const changed = () => {
    named();
    keep(plain());
    plot.emit("channels", { redraw: true });
  };
  const put = (index, settings) => {
    const next = { ...channels.get(index), ...sound(settings) };
    const { source, sourceUnit } = recording.channels[index];
    if (!next.name?.trim() || next.name === source) next.name = null;
    if (next.unit === (sourceUnit ?? "")) next.unit = null;
    for (const name of Object.keys(PLAIN)) if (next[name] === PLAIN[name]) delete next[name];
    chosen.set(index, next);
  };

  /** Change settings of a channel; a name that is empty or the file's own is forgotten. */
  channels.set = (index, settings) => {
    put(index, settings);
    changed();
  };
  channels.show = (list, show) => {
    const free = MOST - visible.size;
    const wanted = show ? list.filter((index) => !visible.has(index)) : list;
    if (show && wanted.length > free) shell.toast(`At most ${MOST} channels are shown at a time; ${wanted.length - free} of them are not.`, "warning");
    for (const index of show ? wanted.slice(0, Math.max(0, free)) : wanted) visible[show ? "add" : "delete"](index);
    changed();
  };
  /** Move a channel to where another one is; the others make room. */
  channels.move = (index, to) => {
    const [from, target] = [order.indexOf(index), order.indexOf(to)];
    if (from === target || target < 0) return;
    order = order.filter((one) => one !== index);
    order.splice(target, 0, index);
    changed();
  };
  /** All shown channels in one row, or each in a row of its own. */
  channels.join = (joined) => {
    for (const index of channels.shown()) put(index, { joined });
    changed();
  };
  /** The same unit for all channels that are shown. */
  channels.setUnits = (unit) => {
    for (const index of channels.shown()) put(index, { unit });
    changed();
  };
  channels.setLook = (look) => {
    channels.look = look;
    changed();
  };
  channels.reset = () => {
    byDefault();
    named();
    keep(null);
    plot.emit("channels", { redraw: true });
  };
};
