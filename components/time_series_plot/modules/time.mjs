/* The time axis, and times as text in the chosen form. The plot's x axis is always linear: milliseconds since the first
   sample for dates (a Plotly date axis parses every point and cannot show a file's own zone), the number itself
   otherwise; without gaps, the sample. `plot.axis` converts. The displayed form (`plot.time`) never affects saved
   times: labels keep the file's own time. */
import { byId, cssColor, firstPlace, strokeLines } from "./dom.mjs";

export default (plot) => {
  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;

  const axis = (plot.axis = { origin: 0, offset: 0, dates: false, step: 1, size: 1, unit: "", first: 0, last: 0, rows: 0, uniform: true, seconds: null });
  let recording = null;
  let chosen = plot.preferences.get("time") || "file";
  const indices = (axis.indices = new Map()); // server x -> sample, from the server where steps are uneven

  plot.on("recording", (opened) => {
    recording = opened;
    axis.dates = recording.kind === "datetime" || recording.kind === "naive";
    axis.offset = axis.dates ? recording.offset : 0;
    axis.unit = recording.unit || "";
    for (const name of ["first", "last", "rows", "uniform", "seconds"]) axis[name] = recording[name];
    indices.clear();
    take(recording.axis);
    menu.innerHTML = recording.time_options.replace("{zone}", localZone());
    menu.disabled = menu.length === 1;
    follow();
  });
  const apart = () => recording.step || 1; // sampling step, on the server's axis
  let knots = null; // without gaps: {index, x, jumps}, as in the property `axis`
  const take = (value) => {
    knots = value?.kind === "samples" ? value : null;
    axis.size = knots ? apart() : 1; // a unit of the plot's axis, on the server's
    axis.step = apart() / axis.size;
    axis.origin = axis.dates && !knots ? recording.first : 0;
  };
  /** Change the meaning of x; the view shows the same samples. Until it is drawn, positions are undefined (`moving`). */
  axis.use = (value) => {
    const range = plot.view.range.map(axis.toServer);
    take(value);
    axis.moving = true;
    plot.view.measure();
    plot.emit("axis");
    plot.view.redraw(range.map(axis.toPlot));
  };
  plot.on("view", () => (axis.moving = false));
  const along = (value, from, to) => {
    const place = Math.max(1, Math.min(from.length - 1, firstPlace(from, (knot) => knot > value)));
    const [low, start] = [from[place - 1], to[place - 1]];
    return start + ((value - low) * (to[place] - start)) / (from[place] - low);
  };
  const SAMPLE = 2e-3; // share of a step: this near to a sample counts as that sample
  const sampleOf = (at) => (Math.abs(at - Math.round(at)) < SAMPLE ? Math.round(at) : at);
  /** From the plot's axis to the server's (ms since 1970, or the number), and back. */
  axis.toServer = (x) => (knots ? along(x, knots.index, knots.x) : x + axis.origin);
  axis.toPlot = (x) => (knots ? sampleOf(along(x, knots.x, knots.index)) : x - axis.origin);
  /** Parameters of a window request for a range. */
  axis.asked = ([from, to]) => ({ from: from + axis.origin, to: to + axis.origin, axis: knots ? "samples" : "time" });

  /* A thin line where time jumps, unless the lines would be too dense. */
  const NEAR = 24; // px from one to the next
  plot.on("behind", ({ context, place }) => {
    const [low, high] = plot.view.gd._fullLayout.xaxis.range;
    const jumps = (knots?.jumps || []).filter((at) => at > low && at < high);
    if (jumps.length * NEAR > place.right - place.left) return;
    context.strokeStyle = cssColor("--bs-secondary-color");
    const pixels = jumps.map((at) => Math.round(Math.min(place.along(at - 0.5), place.along(at) - 2)) + 0.5); // not below the line of a tick
    strokeLines(context, pixels.map((x) => [[x, place.top], [x, place.bottom]]), { dashes: [1, 3] });
  });

  /* ---- forms ------------------------------------------------------------------------------------- */
  const localZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const time = (plot.time = {
    form: () => menu.value,
    /** The name of the form. */
    words: () => menu.selectedOptions[0].text,
    use: (name) => {
      if (name === chosen) return;
      chosen = name;
      follow();
      plot.preferences.keep("time", name === "file" ? null : name);
      plot.emit("timeform");
    },
    /** Are times shown as dates? */
    dated: () => axis.dates && ["file", "utc", "local"].includes(time.form()),
    /** Do ticks come from the server (services/timeseries/time_ticks.py)? */
    ticked: () => axis.dates || knots || time.form() !== "file",
    localZone,
    /** ms from UTC to the displayed clock, at a server x; the browser knows the rules of summer time. */
    offsetAt: (x) => {
      const form = time.form();
      if (form === "file") return axis.offset;
      return form === "utc" ? 0 : -new Date(x).getTimezoneOffset() * MINUTE;
    },
  });

  /* ---- the menu: the name of the time axis ------------------------------------------------------- */
  const menu = byId("plot-time");
  /* The chosen form if this recording has it, else the file's. */
  const follow = () => {
    menu.value = chosen;
    if (menu.selectedOptions[0]?.disabled !== false) menu.selectedIndex = 0;
  };
  menu.onchange = () => {
    plot.time.use(menu.value);
    menu.blur(); // return the focus to the plot
  };

  /* ---- samples ----------------------------------------------------------------------------------- */
  /** The sample at a server x, and whether it is exact (steps are even, or it came from the server). */
  axis.sampleAt = (x) => {
    if (indices.has(x)) return { index: indices.get(x), sure: true };
    const at = knots ? axis.toPlot(x) : approximate(x);
    return { index: Math.max(0, Math.min(axis.rows - 1, Math.round(at))), sure: knots !== null || axis.uniform };
  };
  /* With uneven steps: between the two ticks around it. Ticks of dates have no sample numbers. */
  const approximate = (x) => {
    const ticks = !axis.uniform && plot.view.part?.ticks;
    if (ticks?.index && ticks.x.length > 1) return along(x, ticks.x, ticks.index);
    return axis.last > axis.first ? ((x - axis.first) / (axis.last - axis.first)) * (axis.rows - 1) : 0;
  };

  /* ---- text -------------------------------------------------------------------------------------- */
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

  /* Decimal digits that distinguish one sample from the next. */
  const decimals = (step) => Math.min(12, Math.max(0, Math.ceil(-Math.log10(step || 1) - 1e-9)));

  /* Date and clock, with the given digits of a second; offset from UTC. */
  const dateText = (ms, digits) => {
    const seconds = (((ms % MINUTE) + MINUTE) % MINUTE) / SECOND;
    const cut = Math.floor(seconds * 10 ** digits + 1e-6) / 10 ** digits;
    return new Date(ms).toISOString().slice(0, 17).replace("T", " ") + cut.toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  };
  const offsetText = (ms) => (ms < 0 ? "-" : "+") + new Date(Math.abs(ms)).toISOString().slice(11, 16);

  /** A server x as text in the chosen form. */
  plot.timeText = (x) => {
    if (!Number.isFinite(x)) return "";
    const form = time.form();
    if (form === "samples") {
      const { index, sure } = axis.sampleAt(x);
      return `${sure ? "" : "≈ "}#${index}`;
    }
    if (form === "elapsed") return `${trim(((x - axis.first) * axis.seconds).toFixed(Math.min(12, decimals(apart() * axis.seconds) + 1)))} s`;
    if (!axis.dates) return trim(x.toFixed(Math.min(12, decimals(apart()) + 1)));
    return dateText(x + time.offsetAt(x), apart() % SECOND ? decimals(apart() / SECOND) : 0);
  };

  const INSTANT = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d+)?/;
  /** A time that the server wrote in the file's form, in the chosen form, with all digits. */
  time.shown = (x, text, index) => {
    const form = time.form();
    if (form === "file" || !text) return text;
    if (form === "samples" && index !== undefined) return `#${index}`;
    const parts = (form === "utc" || form === "local") && INSTANT.exec(text);
    if (!parts) return plot.timeText(x);
    const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
    const instant = Date.UTC(year, month - 1, day, hour, minute, second) - axis.offset;
    const offset = time.offsetAt(instant);
    return `${dateText(instant + offset, 0)}${parts[7] || ""}${offsetText(offset)}`;
  };

  /** A length of axis units as text; a length of dates with the given maximum number of units. */
  plot.spanText = (span, most = 2) => {
    if (!axis.dates) {
      const text = trim(span.toFixed(Math.min(12, decimals(apart()) + 1)));
      return axis.unit ? `${text} ${axis.unit}` : text;
    }
    if (span < SECOND) return `${trim(span.toPrecision(4))} ms`;
    const parts = [];
    for (const [name, size] of [["d", DAY], ["h", HOUR], ["min", MINUTE]]) {
      if (span >= size) parts.push(`${Math.floor(span / size)} ${name}`);
      span %= size;
    }
    if (span > 0 && parts.length < most) parts.push(`${trim((span / SECOND).toFixed(3))} s`);
    return parts.slice(0, most).join(" ");
  };
};
