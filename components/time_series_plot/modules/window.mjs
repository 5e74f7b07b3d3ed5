/* Asks the server for the window of a view (bytes, see routes/window.py); the newest request wins. */
import { root } from "./dom.mjs";

export default (plot) => {
  const TICK = 95; // px from one tick of the time axis to the next, at least
  let latest = 0;
  let fetching = null;

  const ask = async ([from, to], pixels) => {
    if (fetching) fetching.abort();
    fetching = new AbortController();
    const shown = plot.channels.shown();
    const query = new URLSearchParams({
      from: plot.axis.toServer(from),
      to: plot.axis.toServer(to),
      px: Math.round(pixels),
      channels: shown.join(","),
    });
    if (shown.some(plot.channels.isCandle)) query.set("candles", plot.channels.price.join(","));
    if (plot.time.ticked()) {
      query.set("ticks", Math.max(2, Math.floor(pixels / TICK)));
      query.set("form", plot.time.form());
      query.set("zone", plot.time.localZone());
    }
    const scored = shown.filter((index) => plot.channels.get(index).scale === "z");
    if (scored.length) query.set("moments", scored.join(","));
    const response = await fetch(`${root}/window/${plot.view.recording.id}?${query}`, { signal: fetching.signal });
    if (!response.ok) throw new Error((await response.json()).error);
    const part = decode(await response.arrayBuffer());
    for (const series of part.series) series.drawn = scaled(series, part.moments?.[series.channel]);
    return part;
  };

  const decode = (buffer) => {
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const shared = new Map();
    const array = ([offset, count]) => new Float64Array(buffer, 4 + length + offset, count);
    const times = (place) => {
      if (!shared.has(place[0])) {
        const x = array(place);
        if (plot.axis.origin) for (let index = 0; index < x.length; index += 1) x[index] -= plot.axis.origin;
        shared.set(place[0], x);
      }
      return shared.get(place[0]);
    };
    header.series.forEach((series) => {
      series.x = times(series.x);
      series.y = array(series.y);
    });
    const { candles } = header;
    if (candles) {
      candles.x = times(candles.x);
      for (const name of ["open", "high", "low", "close"]) candles[name] = array(candles[name]);
    }
    return header;
  };
  /** A window of something else, such as the overview; null when the server does not answer. */
  plot.fetchPart = async (path, query) => {
    try {
      const response = await fetch(`${root}${path}/${plot.view.recording.id}?${new URLSearchParams(query)}`);
      return response.ok ? decode(await response.arrayBuffer()) : null;
    } catch {
      return null;
    }
  };

  /** The sample nearest to a server x, with its values in `channels`: {x, index, text, values, source}; null when another
      recording was opened meanwhile or the server does not answer. */
  plot.askSample = async (x, channels) => {
    const { recording } = plot.view;
    try {
      const response = await fetch(`${root}/sample/${recording.id}?${new URLSearchParams({ x, ...(channels !== undefined && { channels }) })}`);
      const sample = await response.json();
      if (!response.ok || plot.view.recording !== recording) return null;
      plot.axis.told(sample.x, sample.index);
      return sample;
    } catch {
      return null; // what is drawn stays; what is kept is snapped by the server
    }
  };

  /* What is drawn of a channel that is shown on another scale: y and the extremes of the view. Series keep their own
     values, which the readout shows. */
  const scaled = ({ channel, y, min, max }, moments) => {
    const change = scaling(channel, moments);
    if (!change) return { y, min, max };
    const of = (value) => (value === null ? null : change(value));
    return { y: y.map(change), min: of(min), max: of(max), change };
  };
  const scaling = (channel, moments) => {
    const { scale } = plot.channels.get(channel);
    const { low, high } = plot.view.recording.channels[channel];
    if (scale === "z" && moments) return (value) => (value - moments[0]) / (moments[1] || 1);
    if (scale === "one" && low !== null) return (value) => (value - low) / (high - low || 1);
    return null;
  };

  /** The window of a range of the plot's axis; null when a newer one was asked for, or the server does not answer. */
  plot.fetchWindow = async (range, pixels) => {
    const ticket = (latest += 1);
    try {
      const part = await ask(range, pixels);
      return ticket === latest ? part : null;
    } catch (error) {
      if (error.name !== "AbortError" && ticket === latest) {
        const sentence = error instanceof TypeError ? "The server does not answer; the view is not complete." : error.message;
        plot.toast(sentence, "warning");
      }
      return null;
    }
  };
};
