/* Times as text, and ticks for a time axis.

   The plot's x axis is always linear: milliseconds since the first sample for dates (a Plotly date axis parses
   every point and cannot show a file's own zone), the number itself otherwise. `tm.axis` converts. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;

  const axis = (tm.axis = { origin: 0, offset: 0, dates: false, step: 1, unit: "" });
  tm.on("recording", (recording) => {
    axis.dates = recording.kind === "datetime" || recording.kind === "naive";
    axis.origin = axis.dates ? recording.first : 0;
    axis.offset = axis.dates ? recording.offset : 0;
    axis.step = recording.step || 1;
    axis.unit = recording.unit || "";
  });
  /** From the plot's axis to the server's (ms since 1970, or the number), and back. */
  axis.toServer = (x) => x + axis.origin;
  axis.toPlot = (x) => x - axis.origin;

  const pad = (number, size = 2) => String(number).padStart(size, "0");
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

  /* Digits after the point that tell one sample from the next. */
  const decimals = (step) => Math.min(12, Math.max(0, Math.ceil(-Math.log10(step || 1) - 1e-9)));

  const dateText = (ms) => {
    const date = new Date(ms);
    return `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  };
  const clockText = (ms, digits) => {
    const date = new Date(ms);
    const clock = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
    if (digits < 0) return clock;
    const seconds = (((ms % MINUTE) + MINUTE) % MINUTE) / SECOND;
    const cut = Math.floor(seconds * 10 ** digits + 1e-6) / 10 ** digits;
    return `${clock}:${cut.toFixed(digits).padStart(digits ? digits + 3 : 2, "0")}`;
  };

  /** A server x as text in the file's zone. */
  tm.timeText = (x) => {
    if (!Number.isFinite(x)) return "";
    if (!axis.dates) return trim(x.toFixed(Math.min(12, decimals(axis.step) + 1)));
    const local = x + axis.offset;
    return `${dateText(local)} ${clockText(local, axis.step % SECOND ? decimals(axis.step / SECOND) : 0)}`;
  };

  /** A length of axis units as text. */
  tm.spanText = (span) => {
    if (!axis.dates) {
      const text = trim(span.toFixed(Math.min(12, decimals(axis.step) + 1)));
      return axis.unit ? `${text} ${axis.unit}` : text;
    }
    if (span < SECOND) return `${trim(span.toPrecision(4))} ms`;
    const parts = [];
    for (const [name, size] of [["d", DAY], ["h", HOUR], ["min", MINUTE]]) {
      if (span >= size) parts.push(`${Math.floor(span / size)} ${name}`);
      span %= size;
    }
    if (span > 0 && parts.length < 2) parts.push(`${trim((span / SECOND).toFixed(3))} s`);
    return parts.slice(0, 2).join(" ");
  };

  const STEPS = [
    1, 2, 5, 10, 20, 50, 100, 200, 500,
    ...[1, 2, 5, 10, 15, 30].map((number) => number * SECOND),
    ...[1, 2, 5, 10, 15, 30].map((number) => number * MINUTE),
    ...[1, 2, 3, 6, 12].map((number) => number * HOUR),
    ...[1, 2, 7, 14].map((number) => number * DAY),
  ];
  const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000];

  const niceStep = (least) => {
    if (least < 1) {
      const power = 10 ** Math.floor(Math.log10(least));
      return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least);
    }
    return STEPS.find((step) => step >= least);
  };
  const evenTicks = (from, to, step) => {
    const ticks = [];
    for (let place = Math.ceil(from / step); place * step <= to; place += 1) ticks.push(place * step);
    return ticks;
  };
  const monthTicks = (from, to, least) => {
    const step = MONTHS.find((months) => months * 31 * DAY >= least) || MONTHS.at(-1);
    const first = new Date(from);
    let month = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step;
    const ticks = [];
    for (; ; month += step) {
      const tick = Date.UTC(Math.floor(month / 12), month % 12, 1);
      if (tick > to) return ticks;
      if (tick >= from) ticks.push(tick);
    }
  };

  /** Ticks of a date axis for a plot range: Plotly layout attributes. Some lie outside, for panning. */
  tm.dateTicks = ([from, to], most) => {
    const [low, high] = [from, to].map((x) => axis.toServer(x) + axis.offset);
    const width = high - low;
    const step = niceStep(width / most);
    const [first, last] = [low - width, high + width];
    const ticks = step ? evenTicks(first, last, step) : monthTicks(first, last, width / most);
    const digits = !step || step >= MINUTE ? -1 : step >= SECOND ? 0 : decimals(step / SECOND);
    const shown = ticks.findIndex((tick) => tick >= low);
    const text = ticks.map((tick, place) => {
      const date = dateText(tick);
      if (!step || step >= DAY) return date;
      const fresh = place === shown || place === 0 || dateText(ticks[place - 1]) !== date;
      return fresh ? `${clockText(tick, digits)}<br>${date}` : clockText(tick, digits);
    });
    return { tickmode: "array", tickvals: ticks.map((tick) => axis.toPlot(tick - axis.offset)), ticktext: text };
  };
})();
