/* Draw labels on the canvas behind the lines; find the label at a pixel. The lane above the plot has a tab for each
   label: a click there always selects. With ten thousand labels, only the visible ones are examined.
   Suggestions are dashed, lighter than labels, with the score if there is room. Rejected ones, if visible, are grey and
   struck through. */
import { cssColor, strokeLines, textFont, within } from "./dom.mjs";

export default (plot) => {
  const { overlay } = plot;
  const EDGE = 4; // px: a click this close to an unselected label's edge marks instead of selecting
  const HEAD = 5; // px: half the head of a label on one sample, and how near a click must be
  const DASHED = 5; // px: narrower suggestions have no separate edges
  const DASHES = [4, 3];
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
      if (suggestions.length) paintSuggestions(context, place, suggestions, ink);
      rows.forEach((row, index) => {
        if (row.status !== "accepted") return;
        const selected = plot.labels.selection.has(row.id);
        if (point(row)) paintPoint(context, place, row, selected, ink, rows[index + 1]);
        else paintSegment(context, place, row, selected, ink);
      });
    });
  };

  /* Edges in px, cut off outside the plot. A narrow segment keeps its width, so that many do not merge. */
  const edgesOf = (place, row) => {
    const [from, to] = [Math.max(place.pixel(row.x0), place.left - 2), Math.min(place.pixel(row.x1), place.right + 2)];
    return to - from < 0.5 ? [(from + to - 0.5) / 2, (from + to + 0.5) / 2] : [from, to];
  };
  /* Lines above and below the tab of a selected label. */
  const paintSelected = (context, { left, right, top, height }, ink) => {
    context.fillStyle = ink;
    context.fillRect(left, top - 2, right - left, 2);
    context.fillRect(left, top + height - 1, right - left, 2);
  };
  const paintSegment = (context, place, row, selected, ink) => {
    const [from, to] = edgesOf(place, row);
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
    if (selected) paintSelected(context, { left: from, right: to, top, height }, ink);
    if (width > 14) paintName(context, nameOf(row), plot.labels.inkOf(row), from + 3, width - 6, top + height / 2 + 0.5);
    context.globalAlpha = 1;
  };
  /* Dashed lines of all suggestions are drawn together, one path per colour; their names are above them. */
  const paintSuggestions = (context, place, rows, ink) => {
    const grey = cssColor("--bs-secondary-color");
    const half = (pixel) => Math.round(pixel) + 0.5;
    const [dashed, names] = [[], []];
    for (const row of rows) {
      const rejected = row.status === "rejected";
      const selected = plot.labels.selection.has(row.id);
      const color = rejected ? grey : row.color;
      const [from, to] = edgesOf(place, row);
      const [left, right] = point(row) ? [from - HEAD, from + HEAD] : [from, to];
      const edges = point(row) ? [from] : to - from > DASHED ? [from, to] : [];
      context.fillStyle = color;
      for (const band of overlay.bands(row.channels, place)) {
        context.globalAlpha = rejected ? 0.04 : selected ? 0.24 : 0.09;
        if (!point(row)) overlay.fill(context, band, from, to);
        for (const edge of edges.filter((x) => x >= band.left - 2 && x <= band.right + 2)) dashed.push([color, [half(edge), band.top], [half(edge), band.bottom]]);
      }
      context.globalAlpha = selected ? 0.6 : 0.25;
      const { top, height } = tab(place, row);
      context.fillRect(left, top, right - left, height - 1);
      context.globalAlpha = 1;
      if (selected) paintSelected(context, { left, right, top, height }, ink);
      const [l, t, r, b] = [half(left), half(top), half(right) - 1, half(top + height) - 2];
      if (right - left > DASHED) dashed.push([color, [l, t], [r, t], [r, b], [l, b], [l, t]]);
      if (right - left > 14) names.push([row, rejected ? grey : ink, left + 3, right - left - 6, top + height / 2]);
    }
    for (const [color, lines] of Map.groupBy(dashed, ([color]) => color)) {
      context.strokeStyle = color;
      strokeLines(context, lines.map(([, ...points]) => points), { dashes: DASHES });
    }
    for (const [row, color, at, room, middle] of names) {
      const scored = `${nameOf(row)} ${plot.scoreText(row)}`.trim();
      const whole = context.measureText(scored).width <= room ? scored : nameOf(row);
      paintName(context, whole, color, at, room, middle + 0.5);
      if (row.status === "rejected") context.fillRect(at, Math.round(middle), Math.min(room, context.measureText(whole).width), 1);
    }
  };
  /** The score of a suggestion as displayed, "" without one. */
  plot.scoreText = ({ score }) => (typeof score === "number" ? score.toFixed(2) : "");
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
  const nameOf = (row) => (row.channels ? `${row.label} · ${plot.channelNames(row.channels)}` : row.label);
  /* Draw as much of a text as fits. */
  const paintName = (context, name, ink, at, room, middle) => {
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
