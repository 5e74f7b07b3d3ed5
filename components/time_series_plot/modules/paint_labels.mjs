/* Draw labels on the canvas behind the lines; find the label at a pixel. The lane above the plot has a tab for each
   label: a click there always selects. With ten thousand labels, only the visible ones are examined. */
import { cssColor, textFont, within } from "./dom.mjs";

export default (plot) => {
  const { overlay } = plot;
  const EDGE = 4; // px: a click this close to an unselected label's edge marks instead of selecting
  const HEAD = 5; // px: half the head of a label on one sample, and how near a click must be
  const SHAPE = [[-HEAD, -HEAD], [HEAD, -HEAD], [HEAD, 1], [0, HEAD + 1], [-HEAD, 1]];
  const point = (row) => row.x0 === row.x1;

  /* The visible labels; a dragged one at its new place. */
  const between = (place, from, to) => {
    const { dragged, hiddenClasses } = overlay;
    const rows = plot.lanes.between(place.x(from), place.x(to)).filter((row) => row.id !== dragged?.id);
    const moving = dragged && plot.labels.rows.get(dragged.id);
    if (moving) rows.push({ ...moving, ...dragged });
    return hiddenClasses.size ? rows.filter((row) => !hiddenClasses.has(row.classId)) : rows;
  };
  const tab = (place, row) => {
    const { top, height } = plot.lanes.tab(row.id);
    return { top: place.lane + top, height };
  };
  /* Of labels at the same pixel of the same lane in the same colour only one is drawn, to save time. Selected ones
     always are. */
  const distinct = (place, rows) => {
    const [drawn, colors] = [new Set(), new Map()];
    return rows.filter((row) => {
      const from = place.pixel(row.x0);
      if (row.channels || place.pixel(row.x1) - from > 0.5 || plot.labels.selection.has(row.id)) return true;
      if (!colors.has(row.color)) colors.set(row.color, colors.size);
      const spot = (colors.get(row.color) * 8 + plot.lanes.of(row.id)) * 65536 + Math.round(from); // a number: fast
      return !drawn.has(spot) && drawn.add(spot);
    });
  };

  /* The widest name next to a label on one sample: the distance at which a change may be visible. */
  let widest = 0;
  plot.on("recording", () => (widest = 0));
  const font = () => `600 ${plot.lanes.count() > 1 ? 10 : 11}px ${textFont()}`;
  const measuring = document.createElement("canvas").getContext("2d");
  /** [from, to] in px of the graph: what a change of a label may affect. */
  overlay.extent = (place, row) => {
    measuring.font = font();
    if (point(row)) widest = Math.max(widest, measuring.measureText(nameOf(row)).width);
    const around = widest + 3 * HEAD;
    return [place.pixel(row.x0) - around, place.pixel(row.x1) + around];
  };
  /* Range of labels that may be visible in the strip. */
  const reach = ({ left, right, from = left, to = right }) => [Math.max(left, from - widest) - 2 * HEAD, Math.min(right, to + widest) + 2 * HEAD];

  /** Draw the visible labels on a 2D context; `place` is its position, and may limit drawing to a strip {from, to}. */
  overlay.paintLabels = (context, place) => {
    within(context, { ...place, top: 0 }, () => {
      context.textBaseline = "middle";
      context.font = font();
      const ink = cssColor("--bs-body-color");
      const rows = distinct(place, between(place, ...reach(place)));
      const suggestions = rows.filter((row) => row.status !== "accepted");
      if (suggestions.length) overlay.paintSuggestions(context, place, suggestions, tab);
      rows.forEach((row, index) => {
        if (row.status !== "accepted") return;
        const selected = plot.labels.selection.has(row.id);
        if (point(row)) paintPoint(context, place, row, selected, ink, rows[index + 1]);
        else paintSegment(context, place, row, selected, ink);
      });
    });
  };

  const paintSegment = (context, place, row, selected, ink) => {
    let [from, to] = [Math.max(place.pixel(row.x0), place.left - 2), Math.min(place.pixel(row.x1), place.right + 2)];
    /* A narrow segment keeps its width, so that many do not merge. */
    if (to - from < 0.5) [from, to] = [(from + to - 0.5) / 2, (from + to + 0.5) / 2];
    const width = to - from;
    context.fillStyle = row.color;
    const line = width > 4 ? (selected ? 2 : 1) : 0;
    for (const band of overlay.bands(row.channels, place)) {
      context.globalAlpha = row.pending ? 0.12 : selected ? 0.38 : 0.18;
      overlay.fill(context, band, from, to);
      if (!line) continue;
      context.globalAlpha = selected ? 1 : 0.75;
      overlay.fill(context, band, from, from + line);
      overlay.fill(context, band, to - line, to);
    }
    context.globalAlpha = row.pending ? 0.5 : 1;
    const { top, height } = tab(place, row);
    context.fillRect(from, top, width, height - (plot.lanes.count() > 1 ? 1 : 0));
    if (selected) {
      context.fillStyle = ink;
      context.fillRect(from, top - 2, width, 2);
      context.fillRect(from, top + height - 1, width, 2);
    }
    if (width > 14) overlay.paintName(context, nameOf(row), plot.labels.inkOf(row), from + 3, width - 6, top + height / 2 + 0.5);
    context.globalAlpha = 1;
  };
  /* A label on one sample is a line of 2 px with a head in its lane at every zoom; its name is next to the head if
     there is room. */
  const paintPoint = (context, place, row, selected, ink, next) => {
    const at = place.pixel(row.x0);
    const { top, height } = tab(place, row);
    const middle = top + height / 2;
    context.globalAlpha = row.pending ? 0.5 : selected ? 1 : 0.85;
    context.fillStyle = row.color;
    for (const band of overlay.bands(row.channels, place)) overlay.fill(context, band, at - 1, at + 1);
    context.fillRect(at - 0.5, middle, 1, place.top - middle); // from its head down to the plot
    context.globalAlpha = row.pending ? 0.5 : 1;
    context.beginPath();
    for (const [x, y] of SHAPE) context.lineTo(at + x, middle + y);
    context.closePath();
    context.fill();
    if (selected) {
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.stroke();
    }
    const beside = next && plot.lanes.of(next.id) === plot.lanes.of(row.id) ? place.pixel(next.x0) - HEAD : Infinity;
    const [start, text] = [at + HEAD + 3, nameOf(row)];
    const { width } = context.measureText(text);
    widest = Math.max(widest, width);
    if (width < beside - start - 2) {
      context.fillStyle = ink;
      context.fillText(text, start, middle + 0.5);
    }
    context.globalAlpha = 1;
  };

  /* The tab of a label of some channels contains their names. */
  const nameOf = (overlay.nameOf = (row) => (row.channels ? `${row.label} · ${plot.channelNames(row.channels)}` : row.label));
  /** Draw as much of a text as fits. */
  overlay.paintName = (context, name, ink, at, room, middle) => {
    context.fillStyle = ink;
    const fits = (text) => context.measureText(text).width <= room;
    let text = name;
    let signs = [...text]; // whole characters: an emoji has two UTF-16 units
    while (signs.length && !fits(text)) {
      signs = signs.slice(0, -1);
      text = `${signs.join("")}…`;
    }
    if (signs.length) context.fillText(text, at, middle);
  };

  const inTab = (place, row, py) => {
    const { top, height } = tab(place, row);
    return py >= top - 1 && py <= top + height;
  };
  const inBands = (place, row, py, px) => overlay.bands(row.channels, place).some(({ left, right, top, bottom }) => py >= top && py <= bottom && px >= left && px <= right);
  const reaches = (place, row, px, inLane) => {
    const [from, to] = [place.pixel(row.x0), place.pixel(row.x1)];
    const slack = point(row) ? HEAD : inLane ? 3 : 0;
    if (px < from - slack || px > to + slack) return false;
    return inLane || to - from <= 4 * EDGE || (px - from >= EDGE && to - px >= EDGE);
  };
  /** The label at a pixel of the graph: anywhere in the lane, in the plot only well inside (edges are for marking). */
  overlay.hit = (px, py) => {
    const place = overlay.geometry();
    if (!place || overlay.hidden) return null;
    const inLane = py < place.top;
    const hits = between(place, px - 2 * HEAD, px + 2 * HEAD).filter(
      (row) => reaches(place, row, px, inLane) && (inLane ? inTab : inBands)(place, row, py, px),
    );
    return hits.sort((a, b) => a.x1 - a.x0 - (b.x1 - b.x0))[0] || null;
  };
  /** The labels whose tabs intersect a rectangle of the lanes. */
  overlay.within = ({ left, right, top: high, bottom: low }) => {
    const place = overlay.geometry();
    if (!place || overlay.hidden) return [];
    return between(place, left - HEAD, right + HEAD).filter((row) => {
      const { top, height } = tab(place, row);
      const slack = point(row) ? HEAD : 0;
      return top <= low && top + height >= high && place.pixel(row.x0) - slack <= right && place.pixel(row.x1) + slack >= left;
    });
  };
};
