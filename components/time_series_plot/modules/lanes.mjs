/* Above the plot each label has a tab. Tabs of labels that overlap lie in lanes above each other: a label keeps its lane
   at every zoom and while others come and go. There are as many lanes as were needed since the file was opened, so
   that the plot below does not jump; what finds no free lane shares the last one. Suggestions lie in a lane of their own
   below all others. */
import { firstPlace } from "./dom.mjs";

export default (plot) => {
  const MOST = 6;
  const HEIGHTS = [20, 15, 15, 15, 13, 12]; // px of a lane where there are 1, 2, …
  const lane = () => ({ rows: [], ends: [] }); // its labels by start, each with the latest end so far
  let lanes = [lane()];
  const BELOW = MOST; // the lane of suggestions
  const BELOW_HEIGHT = 16;
  let below = null;
  let laneOf = new Map(); // id -> lane
  const at = (place) => (place === BELOW ? below : lanes[place]);

  const insertAt = ({ rows }, row) => firstPlace(rows, (other) => other.x0 > row.x0);
  /* In all lanes but a shared last one the rows are apart, so that neighbours are all there is to look at. */
  const free = (one, row) => {
    const at = insertAt(one, row);
    const [before, after] = [one.rows[at - 1], one.rows[at]];
    return !(before && before.x1 >= row.x0) && !(after && after.x0 <= row.x1);
  };
  const choose = (row) => {
    const found = lanes.findIndex((one, place) => !(place === MOST - 1 && one.shared) && free(one, row));
    if (found >= 0) return found;
    if (lanes.length < MOST) return lanes.push(lane()) - 1;
    lanes[MOST - 1].shared = true;
    return MOST - 1;
  };
  const laneFor = (row) => {
    if (row.status !== "accepted") {
      below ||= lane();
      return BELOW;
    }
    const kept = laneOf.get(row.id) ?? BELOW;
    return kept !== BELOW && (kept < MOST - 1 || !lanes[kept].shared) && free(lanes[kept], row) ? kept : choose(row);
  };
  const put = (row) => {
    const place = laneFor(row);
    at(place).rows.splice(insertAt(at(place), row), 0, row);
    laneOf.set(row.id, place);
    return place;
  };
  /* The latest end so far: from the first row whose it reaches a place, rows may be seen from there. */
  const measure = (one) => {
    let latest = -Infinity;
    one.ends = one.rows.map(({ x1 }) => (latest = Math.max(latest, x1)));
  };

  const follow = ({ fresh, gone }) => {
    const before = plot.lanes.height();
    const leaving = new Set(gone);
    const touched = new Set(gone.map(({ id }) => laneOf.get(id)).filter((place) => place !== undefined));
    for (const place of touched) at(place).rows = at(place).rows.filter((row) => !leaving.has(row));
    for (const { id } of gone) if (!shown(plot.labels.rows.get(id))) laneOf.delete(id);
    for (const row of fresh.filter(shown).sort((a, b) => a.x0 - b.x0)) touched.add(put(row));
    for (const place of touched) measure(at(place));
    if (plot.lanes.height() !== before) plot.emit("lanes", lanes.length);
  };
  const shown = (row) => row && (row.status !== "rejected" || plot.labels.rejectedShown);
  plot.on("labels", (change) => change && follow(change));
  plot.on("rejected", () => {
    const rejected = plot.labels.list().filter(({ status }) => status === "rejected");
    follow(plot.labels.rejectedShown ? { fresh: rejected, gone: [] } : { fresh: [], gone: rejected });
  });
  plot.on("recording", () => {
    below = null;
    lanes = [lane()];
    laneOf = new Map();
  });

  plot.lanes = {
    /** Height in px of all lanes together. */
    height: () => HEIGHTS[lanes.length - 1] * lanes.length + (below ? BELOW_HEIGHT : 0),
    /** Where the tab of a label is below the top of all lanes, and how high. */
    tab: (id) => {
      const [place, height] = [laneOf.get(id) ?? 0, HEIGHTS[lanes.length - 1]];
      return place === BELOW ? { top: height * lanes.length + 1, height: BELOW_HEIGHT - 1 } : { top: place * height, height };
    },
    /** How many there are without that of suggestions. */
    count: () => lanes.length,
    /** Which lane a label is in: 0 is on top. */
    of: (id) => laneOf.get(id) ?? 0,
    /** The labels that share a moment with a stretch of time: of each lane in start order. */
    between: (x0, x1) =>
      (below ? [...lanes, below] : lanes).flatMap(({ rows, ends }) =>
        rows.slice(
          firstPlace(ends, (end) => end >= x0),
          firstPlace(rows, (row) => row.x0 > x1),
        ).filter((row) => row.x1 >= x0),
      ),
  };
};
