/* Readout under the cursor: the value of each channel next to its name, the time below the plot. Drawn numbers appear
   at once; when the cursor rests, the server returns the sample: its number, its exact time, and the cells of the file,
   digit for digit. The layout does not move while numbers change. */
import { decisions } from "./decisions.mjs";
import { byId, element, nearest } from "./dom.mjs";

export default (plot) => {
  const REST = 80; // ms
  const LINE = 14; // px, in the panel
  const LOW = 13; // px: lower rows have no room for a line of text
  let on = plot.preferences.get("readout") !== false;
  let x = null; // cursor position, on the server's axis
  let exact = null; // {recording, channels, x, sample} of the last answer
  let timer = 0;

  /* ---- values ------------------------------------------------------------------------------------ */
  /* The sample whose point is drawn nearest to the cursor: [its x, whether every sample is drawn]. */
  const drawnAt = () => {
    const at = plot.view.drawnSample(x);
    return [at ?? x, at !== null];
  };
  const channelsOf = (part) => part.series.map(({ channel }) => channel).join();
  const isSampled = (part) => {
    if (!exact || exact.recording !== plot.view.recording || exact.channels !== channelsOf(part)) return null;
    const [at, single] = drawnAt();
    return exact.x === x || (single && exact.sample.x === at) ? exact.sample : null;
  };
  const ask = async () => {
    const { recording, part } = plot.view;
    if (x === null || !recording || !part || isSampled(part)) return;
    const request = { recording, channels: channelsOf(part), x };
    request.sample = await plot.askSample(drawnAt()[0], request.channels);
    if (!request.sample || request.x !== x) return;
    exact = request;
    show();
  };

  /* ---- drawing ----------------------------------------------------------------------------------- */
  const drawnValue = (series) => {
    const place = nearest(series.x, plot.axis.toPlot(x));
    const value = place < 0 ? NaN : series.y[place];
    return Number.isFinite(value) ? String(+value.toPrecision(6)) : "–";
  };
  const quoted = (sample, index) => {
    const cell = sample.source?.values[index];
    if (typeof cell === "string") return cell || "–";
    return sample.values[index] === null ? "–" : String(sample.values[index]);
  };
  /* Element for a channel's value: next to its name in the plot. */
  const besideName = (channel) => document.querySelector(`.tm-plot [data-channel="${channel}"] > .tm-value`);
  /* If rows are too low for that, all values are in a panel on the side away from the cursor. */
  const crowded = () => plot.view.rows().some(({ top, bottom }) => bottom - top < LOW);
  const [line, node] = [byId("label-readout"), plot.host.querySelector(".tm-values")];
  const panel = (cells) => {
    const place = plot.overlay.geometry();
    node.hidden = !cells.length || !place;
    if (node.hidden) return;
    const left = plot.overlay.hover > (place.left + place.right) / 2;
    Object.assign(node.style, { left: left ? `${place.left + 8}px` : "auto", right: left ? "auto" : "22px", top: `${place.top + 6}px`, maxHeight: `${place.bottom - place.top - 12}px` });
    node.style.gridTemplateRows = `repeat(${Math.floor((place.bottom - place.top - 22) / LINE)}, auto)`;
    node.replaceChildren(...cells);
  };
  const clear = () => {
    panel([]);
    document.querySelectorAll(".tm-value").forEach((place) => place.replaceChildren());
    line.replaceChildren();
  };
  const show = () => {
    const { part, recording } = plot.view;
    if (!part || !recording) return;
    if (x === null || !on) return clear();
    const sample = isSampled(part);
    const cells = [];
    const low = crowded();
    part.series.forEach((series, index) => {
      const text = sample ? quoted(sample, index) : drawnValue(series);
      const place = low ? null : besideName(series.channel);
      if (place) {
        place.textContent = text;
        place.classList.toggle("tm-about", !sample);
      } else cells.push(element("span", {}, element("i", {}, recording.channels[series.channel].name), ` ${text}`));
    });
    panel(low ? cells : []);
    line.replaceChildren(...suggested(), ...(low ? [] : cells), ...timeCells(sample));
  };
  /* The score of a suggestion that is too narrow to contain it. */
  const suggested = () => {
    const suggestions = plot.lanes.between(x, x).filter((row) => decisions.open(row) && !plot.overlay.hiddenClasses.has(row.classId));
    return suggestions.slice(0, 3).map((row) => element("span", { className: "tm-suggested-here" }, `${row.label} ${plot.scoreText(row)}`));
  };
  const timeCells = (sample) => {
    if (sample) {
      const shown = plot.time.shown(sample.x, sample.text, sample.index);
      const cells = [element("span", {}, `#${sample.index}`), element("b", {}, shown)];
      const text = sample.source?.time;
      if (!text) return cells;
      const quote = element("span", { className: "tm-in-file" }, element("i", {}, text === shown ? "as in the file" : "in the file "));
      if (text !== shown) quote.append(text);
      return [quote, ...cells];
    }
    const [at, single] = drawnAt();
    const { index, sure } = plot.axis.sampleAt(at);
    const time = element("b", {}, (single ? "" : "≈ ") + plot.timeText(at)); // further samples are between the drawn points
    return single && sure ? [element("span", {}, `#${index}`), time] : [time];
  };

  plot.on("hover", (at) => {
    x = at;
    show();
    clearTimeout(timer);
    if (x !== null && on) timer = setTimeout(ask, REST);
  });
  /* The cursor keeps its place on the screen: after a movement of the view it is at another sample. */
  plot.on("view", () => x !== null && plot.overlay.hover !== null && plot.emit("hover", plot.overlay.geometry().x(plot.overlay.hover)));
  plot.on("timeform", () => x !== null && show());
  plot.on("view", () => document.querySelectorAll(".tm-value").forEach((place) => (place.hidden = crowded())));
  plot.on("recording", () => (x = exact = null));

  plot.actions.readout = () => {
    on = !on;
    plot.preferences.keep("readout", on ? null : false);
    show();
    plot.toast(on ? "Values are shown where the cursor is." : "No values are shown under the cursor.");
  };
};
