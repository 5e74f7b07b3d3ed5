/* Requests the window of a view from the server (bytes, see routes/window.py); the newest request wins. */
import { root } from "./dom.mjs";

export default (plot) => {
  const TICK = 95; // minimum px between ticks of the time axis
  let latest = 0;
  let fetching = null;

  const ask = async (range, pixels) => {
    if (fetching) fetching.abort();
    fetching = new AbortController();
    const query = new URLSearchParams({
      ...plot.axis.asked(range),
      px: Math.round(pixels),
      channels: "",
      ...plot.look.query,
    });
    if (plot.time.ticked()) {
      query.set("ticks", Math.max(2, Math.floor(pixels / TICK)));
      query.set("form", plot.time.form());
      query.set("zone", plot.time.localZone());
    }
    const response = await fetch(`${root}/window/${plot.view.recording.id}?${query}`, { signal: fetching.signal });
    if (!response.ok) throw new Error((await response.json()).error);
    const part = decode(await response.arrayBuffer());
    for (const series of part.series) series.drawn = scaled(series, part.scales?.[series.channel]);
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
    for (const series of header.series.concat(header.candles ?? [])) {
      series.x = times(series.x);
      for (const name of ["y", "open", "high", "low", "close"]) if (series[name]) series[name] = array(series[name]);
    }
    return header;
  };
  /* The answer of a route about the open recording; null if another one was opened meanwhile or the server does not
     answer: the drawing stays, and the server snaps stored edges. */
  const answerOf = async (path, query, read) => {
    const { recording } = plot.view;
    try {
      const response = await fetch(`${root}${path}/${recording.id}?${new URLSearchParams(query)}`);
      const data = response.ok ? await read(response) : null;
      return plot.view.recording === recording ? data : null;
    } catch {
      return null;
    }
  };
  /** A window of another range, such as the overview, or null. */
  plot.fetchPart = (path, query) => answerOf(path, query, async (response) => decode(await response.arrayBuffer()));

  /** The sample nearest to a server x, with its values in `channels`: {x, index, text, values, source}, or null. */
  plot.askSample = async (x, channels) => {
    const sample = await answerOf("/sample", channels === undefined ? { x } : { x, channels }, (response) => response.json());
    if (sample) plot.axis.indices.set(sample.x, sample.index);
    return sample;
  };

  /* Drawn values of a channel on another scale, [offset, unit]: y and the extremes of the view. Series keep their own
     values for the readout. */
  const scaled = ({ y, min, max }, scale) => {
    if (!scale) return { y, min, max };
    const change = (value) => (value === null ? null : (value - scale[0]) / scale[1]);
    return { y: y.map(change), min: change(min), max: change(max), change };
  };

  /** The window of a range of the plot's axis; null if a newer one was requested or the server does not answer. */
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
