/* Ticks of the time axis, as Plotly layout attributes. Some lie beside the view, for panning. */
export default (plot) => {
  const { axis, time } = plot;
  const { SECOND, MINUTE, HOUR, DAY, dateText, clockText, decimals } = time;

  const STEPS = [
    1, 2, 5, 10, 20, 50, 100, 200, 500,
    ...[1, 2, 5, 10, 15, 30].map((number) => number * SECOND),
    ...[1, 2, 5, 10, 15, 30].map((number) => number * MINUTE),
    ...[1, 2, 3, 6, 12].map((number) => number * HOUR),
    ...[1, 2, 7, 14].map((number) => number * DAY),
  ];
  const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000];

  const roundStep = (least) => {
    const power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least);
  };
  const niceStep = (least) => (least < 1 ? roundStep(least) : STEPS.find((step) => step >= least));
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

  const layout = (tickvals, ticktext) => ({ tickmode: "array", tickvals, ticktext });

  /* Up to an hour apart, ticks are even in time: shifts of the clock are whole steps, so they stay round. Further
     apart, they are even on the clock. */
  const dateTicks = ([from, to], most) => {
    const offset = time.offsetAt(axis.toServer(from));
    const [low, high] = [from, to].map((x) => axis.toServer(x) + offset);
    const width = high - low;
    const step = niceStep(width / most);
    const [first, last] = [low - width, high + width];
    const clocks = step ? evenTicks(first, last, step) : monthTicks(first, last, width / most);
    const instant = (clock) => (step && step <= HOUR ? clock - offset : clock - time.offsetAt(clock - time.offsetAt(clock - offset)));
    const digits = !step || step >= MINUTE ? -1 : step >= SECOND ? 0 : decimals(step / SECOND);
    const instants = clocks.map(instant);
    const shown = instants.map((tick) => tick + time.offsetAt(tick));
    const leftmost = shown.findIndex((tick) => tick >= low);
    const text = shown.map((tick, place) => {
      const date = dateText(tick);
      if (!step || step >= DAY) return date;
      const fresh = place === leftmost || place === 0 || dateText(shown[place - 1]) !== date;
      return fresh ? `${clockText(tick, digits)}<br>${date}` : clockText(tick, digits);
    });
    return layout(instants.map(axis.toPlot), text);
  };

  const elapsedTicks = ([from, to], most) => {
    const seconds = (x) => (axis.toServer(x) - axis.first) * axis.seconds;
    const [low, high] = [seconds(from), seconds(to)];
    const step = roundStep((high - low) / most);
    const ticks = evenTicks(low - (high - low), high + (high - low), step);
    const digits = decimals(step);
    const text = (tick) => tick.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return layout(ticks.map((tick) => axis.toPlot(axis.first + tick / axis.seconds)), ticks.map(text));
  };

  /** How many ticks of round sample numbers the server is asked for; 0 where none are shown. */
  plot.sampleTicks = (most) => (time.form() === "samples" ? Math.max(2, Math.floor(most)) : 0);

  /** Ticks for a range of the plot's axis, at most so many; `part` is its window, where sample numbers come from. */
  plot.timeTicks = (range, most, part) => {
    if (time.dated()) return dateTicks(range, most);
    if (time.form() === "elapsed") return elapsedTicks(range, most);
    if (time.form() === "samples" && part.ticks) {
      return layout(part.ticks.x.map(axis.toPlot), part.ticks.index.map((index) => index.toLocaleString("en")));
    }
    return {};
  };
};
