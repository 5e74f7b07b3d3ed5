/* Each label has a tab above the plot. Tabs of overlapping labels are in lanes above each other: a label keeps its lane
   at every zoom and while others change. The number of lanes does not decrease while a file is open, so that the plot
   does not jump; labels without a free lane share the last one. Suggestions have their own lane at the bottom. */
import { firstPlace } from "./dom.mjs";

export default (plot) => {
  const MOST = 6;
  const HEIGHTS = [20, 15, 15, 15, 13, 12]; // px of a lane, by number of lanes
  const lane = () => ({ rows: [], ends: [] }); // labels of a lane by start, each with the maximum end so far
  let lanes = [lane()];
  const BELOW = MOST; // the lane of suggestions
  const BELOW_HEIGHT = 16;
  let below = null;
  let laneOf = new Map(); // id -> lane
  const at = (place) => (place === BELOW ? below : lanes[place]);

  const insertAt = ({ rows }, row) => firstPlace(rows, (next) => next.x0 > row.x0);
  /* In all lanes but a shared last one labels do not overlap, so that only neighbours need to be examined. */
  const free = (lane, row) => {
    const at = insertAt(lane, row);
    const [before, after] = [lane.rows[at - 1], lane.rows[at]];
    return !(before && before.x1 >= row.x0) && !(after && after.x0 <= row.x1);
  };
  const choose = (row) => {
    const index = lanes.findIndex((lane, place) => !(place === MOST - 1 && lane.shared) && free(lane, row));
    if (index >= 0) return index;
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
  /* Maximum end so far: labels from the first index whose maximum reaches a place may be visible there. */
  const measure = (lane) => {
    let latest = -Infinity;
    lane.ends = lane.rows.map(({ x1 }) => (latest = Math.max(latest, x1)));
  };

  const follow = ({ fresh, gone: removed }) => {
    const before = plot.lanes.height();
    const leaving = new Set(removed);
    const touched = new Set(removed.map(({ id }) => laneOf.get(id)).filter((place) => place !== undefined));
    for (const place of touched) at(place).rows = at(place).rows.filter((row) => !leaving.has(row));
    for (const { id } of removed) if (!visible(plot.labels.rows.get(id))) laneOf.delete(id);
    for (const row of fresh.filter(visible).sort((a, b) => a.x0 - b.x0)) touched.add(put(row));
    for (const place of touched) measure(at(place));
    if (plot.lanes.height() !== before) plot.emit("lanes", lanes.length);
  };
  const visible = (row) => row && (row.status !== "rejected" || plot.labels.rejectedShown);
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
    /** Position of the tab of a label below the top of all lanes, and its height. */
    tab: (id) => {
      const [place, height] = [laneOf.get(id) ?? 0, HEIGHTS[lanes.length - 1]];
      return place === BELOW ? { top: height * lanes.length + 1, height: BELOW_HEIGHT - 1 } : { top: place * height, height };
    },
    /** Number of lanes without that of suggestions. */
    count: () => lanes.length,
    /** Lane of a label: 0 is at the top. */
    of: (id) => laneOf.get(id) ?? 0,
    /** Labels that overlap a stretch of time, of each lane in start order. */
    between: (x0, x1) =>
      (below ? [...lanes, below] : lanes).flatMap(({ rows, ends }) =>
        rows.slice(
          firstPlace(ends, (end) => end >= x0),
          firstPlace(rows, (row) => row.x0 > x1),
        ).filter((row) => row.x1 >= x0),
      ),
  };
};
