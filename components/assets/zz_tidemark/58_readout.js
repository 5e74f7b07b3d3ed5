/* What is under the cursor: the value of each channel beside its name, the time below the plot. The numbers that are
   drawn are there at once; when the cursor rests, the server quotes the sample: its number, its exact time, and the cells
   of the file, digit for digit. Nothing moves while the numbers change. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const REST = 80; // ms
  const LINE = 14; // px, in the panel
  const LOW = 13; // px: rows this low have no room for a line of text
  let on = true;
  let x = null; // where the cursor is, on the server's axis
  let exact = null; // {recording, channels, x, sample} of the last answer
  let timer = 0;

  /* ---- what is known ----------------------------------------------------------------------------- */
  /* The sample whose point is drawn nearest to the cursor: [its x, whether every sample is drawn]. */
  const drawnAt = (part) => {
    const place = part.series.length && part.n === 1 ? tm.nearest(part.series[0].x, tm.axis.toPlot(x)) : -1;
    return place < 0 ? [x, false] : [tm.axis.toServer(part.series[0].x[place]), true];
  };
  const channelsOf = (part) => part.series.map(({ channel }) => channel).join();
  const known = (part) => {
    if (!exact || exact.recording !== tm.view.recording || exact.channels !== channelsOf(part)) return null;
    const [at, single] = drawnAt(part);
    return exact.x === x || (single && exact.sample.x === at) ? exact.sample : null;
  };
  const ask = async () => {
    const { recording, part } = tm.view;
    if (x === null || !recording || !part || known(part)) return;
    const asked = { recording, channels: channelsOf(part), x };
    try {
      const response = await fetch(`/sample/${recording.id}?${new URLSearchParams({ x: drawnAt(part)[0], channels: asked.channels })}`);
      if (!response.ok || asked.x !== x || recording !== tm.view.recording) return;
      asked.sample = await response.json();
      tm.axis.told(asked.sample.x, asked.sample.index);
      exact = asked;
      show();
    } catch {
      /* without the server the drawn numbers stay */
    }
  };

  /* ---- what is shown ----------------------------------------------------------------------------- */
  const drawnValue = (series) => {
    const place = tm.nearest(series.x, tm.axis.toPlot(x));
    const value = place < 0 ? NaN : series.y[place];
    return Number.isFinite(value) ? String(+value.toPrecision(6)) : "–";
  };
  const quoted = (sample, index) => {
    const cell = sample.source?.values[index];
    if (typeof cell === "string") return cell || "–";
    return sample.values[index] === null ? "–" : String(sample.values[index]);
  };
  /* The place of a channel's value: beside its name in the plot. */
  const besideName = (channel) => {
    const name = document.querySelector(`.tm-plot [data-channel="${channel}"]`);
    if (!name) return null;
    let place = name.querySelector(":scope > .tm-value");
    if (!place) name.append((place = tm.element("b", { className: "tm-value" })));
    return place;
  };
  /* Where rows are too low for that, all values stand in a panel on the side where the cursor is not. */
  const crowded = () => tm.view.rows().some(({ top, bottom }) => bottom - top < LOW);
  const panel = (cells) => {
    const host = document.querySelector(".tm-plot");
    const place = tm.overlay.geometry();
    let node = host.querySelector(".tm-values");
    if (!node) host.append((node = tm.element("div", { className: "tm-values", "aria-hidden": "true" })));
    node.hidden = !cells.length || !place;
    if (node.hidden) return;
    const left = tm.overlay.hover > (place.left + place.right) / 2;
    Object.assign(node.style, { left: left ? `${place.left + 8}px` : "auto", right: left ? "auto" : "22px", top: `${place.top + 6}px`, maxHeight: `${place.bottom - place.top - 12}px` });
    node.style.gridTemplateRows = `repeat(${Math.floor((place.bottom - place.top - 22) / LINE)}, auto)`;
    node.replaceChildren(...cells);
  };
  const clear = () => {
    if (document.querySelector(".tm-values")) panel([]);
    document.querySelectorAll(".tm-value").forEach((place) => place.replaceChildren());
    tm.byId("label-readout")?.replaceChildren();
  };
  const show = () => {
    const line = tm.byId("label-readout");
    const { part, recording } = tm.view;
    if (!line || !part || !recording) return;
    if (x === null || !on) return clear();
    const sample = known(part);
    const cells = [];
    const low = crowded();
    part.series.forEach((series, index) => {
      const text = sample ? quoted(sample, index) : drawnValue(series);
      const place = low ? null : besideName(series.channel);
      if (place) {
        place.textContent = text;
        place.classList.toggle("tm-about", !sample);
      } else cells.push(tm.element("span", {}, tm.element("i", {}, recording.channels[series.channel].name), ` ${text}`));
    });
    panel(low ? cells : []);
    line.replaceChildren(...suggested(), ...(low ? [] : cells), ...timeCells(part, sample));
  };
  /* Where a suggestion has no room for its score, it is said here. */
  const suggested = () => {
    const here = tm.lanes.between(x, x).filter((row) => tm.decisions.open(row) && !tm.overlay.hiddenClasses.has(row.label));
    return here.slice(0, 3).map((row) => tm.element("span", { className: "tm-suggested-here" }, `${row.label} ${tm.scoreText(row)}`));
  };
  const timeCells = (part, sample) => {
    if (sample) {
      const shown = tm.time.shown(sample.x, sample.text, sample.index);
      const cells = [tm.element("span", {}, `#${sample.index}`), tm.element("b", {}, shown)];
      const text = sample.source?.time;
      if (!text) return cells;
      const quote = tm.element("span", { className: "tm-in-file" }, tm.element("i", {}, text === shown ? "as in the file" : "in the file "));
      if (text !== shown) quote.append(text);
      return [quote, ...cells];
    }
    const [at, single] = drawnAt(part);
    const { index, sure } = tm.axis.sampleAt(at);
    const time = tm.element("b", {}, (single ? "" : "≈ ") + tm.timeText(at)); // between the drawn points there are others
    return single && sure ? [tm.element("span", {}, `#${index}`), time] : [time];
  };

  tm.on("hover", (at) => {
    x = at;
    show();
    clearTimeout(timer);
    if (x !== null && on) timer = setTimeout(ask, REST);
  });
  for (const event of ["view", "timeform"]) tm.on(event, () => x !== null && show());
  /* The places are there before the values: names of rows do not move when the first values come. */
  tm.on("view", () => crowded() || tm.view.part.series.forEach(({ channel }) => besideName(channel)));
  tm.on("recording", () => (x = exact = null));

  tm.keys.define("readout", () => {
    on = !on;
    tm.preferences.save("readout", on ? null : false);
    show();
    tm.toast(on ? "Values are shown where the cursor is." : "No values are shown under the cursor.");
  });
  tm.preferences.load("readout").then((kept) => (on = kept !== false));
})();
