/* Labels are drawn on a canvas behind the lines (10,000 of them stay smooth), the pending mark and the crosshair on
   one in front. Above the plot runs the lane with a tab for each label: a click there always selects. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const LANE = 20; // px: the tabs above the plot
  const NARROW_LANE = 15; // where there are several
  const MOST_LANES = 4;
  const EDGE = 4; // px: a click this close to an unselected label's edge marks instead of selecting
  const overlay = (tm.overlay = { hidden: false, hiddenClasses: new Set(), hover: null, dragged: null, lanes: 1 });
  let back = null;
  let front = null;
  let frame = 0;

  tm.on("mounted", (gd) => {
    const host = gd.querySelector(".svg-container");
    for (const old of host.querySelectorAll(".tm-canvas")) old.remove();
    back = tm.element("canvas", { className: "tm-canvas" });
    front = tm.element("canvas", { className: "tm-canvas tm-canvas-front" });
    host.prepend(back);
    host.append(front);
    frontEmpty = false;
    overlay.draw();
  });

  /** Where the plot is: pixel geometry of the graph, or null while there is none. */
  overlay.geometry = () => {
    const { gd } = tm.view;
    const full = gd && gd._fullLayout;
    if (!full || !full.xaxis || !full.xaxis._length) return null;
    const { xaxis, _size: size } = full;
    const scale = xaxis._length / (xaxis.range[1] - xaxis.range[0]);
    return {
      left: xaxis._offset,
      right: xaxis._offset + xaxis._length,
      top: size.t,
      bottom: size.t + size.h,
      lane: size.t - overlay.laneHeight() - 2,
      pixel: (x) => xaxis._offset + (tm.axis.toPlot(x) - xaxis.range[0]) * scale,
      x: (pixel) => tm.axis.toServer(xaxis.range[0] + (pixel - xaxis._offset) / scale),
    };
  };

  const prepare = (canvas) => {
    const { clientWidth: width, clientHeight: height } = canvas.parentElement;
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  };

  /* ---- behind: the labels ------------------------------------------------------------------------ */
  const drawLabels = () => {
    const place = overlay.geometry();
    if (!back || !back.isConnected || !place) return;
    overlay.paint(prepare(back), place);
  };
  /** Draw the labels in view, and what others have behind and above them, on a 2D context: the canvas behind the lines,
      or a picture (85_picture.js). */
  overlay.paint = (context, place) => {
    tm.emit("behind", { context, place });
    if (!overlay.hidden) paintLabels(context, place);
    tm.emit("above", { context, place });
  };
  const paintLabels = (context, place) => {
    context.save();
    context.beginPath();
    context.rect(place.left, 0, place.right - place.left, place.bottom);
    context.clip();
    context.textBaseline = "middle";
    for (const row of shown(place)) drawLabel(context, place, row);
    context.restore();
  };
  /* The labels in view, one that is being dragged at its new place. */
  const shown = (place) => {
    const { dragged, hiddenClasses } = overlay;
    const rows = [];
    for (const row of tm.labels.list()) {
      if (hiddenClasses.has(row.label)) continue;
      const seen = dragged && dragged.id === row.id ? { ...row, ...dragged } : row;
      if (place.pixel(seen.x1) >= place.left && place.pixel(seen.x0) <= place.right) rows.push(seen);
    }
    return rows;
  };

  /* Labels that overlap have their tabs in lanes above each other: the same lane at every zoom. */
  let lanes = new Map();
  const assignLanes = () => {
    const ends = [];
    lanes = new Map();
    for (const row of tm.labels.list()) {
      let lane = ends.findIndex((end) => end < row.x0);
      if (lane < 0) lane = Math.min(ends.length, MOST_LANES - 1);
      ends[lane] = Math.max(ends[lane] ?? -Infinity, row.x1);
      lanes.set(row.id, lane);
    }
    const count = Math.max(1, ends.length);
    if (count !== overlay.lanes) tm.emit("lanes", (overlay.lanes = count));
  };
  tm.on("labels", assignLanes);
  /** Height in px of all lanes together. */
  overlay.laneHeight = () => (overlay.lanes === 1 ? LANE : overlay.lanes * NARROW_LANE);
  const tab = (place, row) => {
    const height = overlay.laneHeight() / overlay.lanes;
    return { top: place.lane + (lanes.get(row.id) ?? 0) * height, height };
  };
  const drawLabel = (context, place, row) => {
    let [from, to] = [place.pixel(row.x0), place.pixel(row.x1)];
    if (to < place.left || from > place.right) return;
    from = Math.max(from, place.left - 2);
    to = Math.min(to, place.right + 2);
    /* A point is a line of 2 px at every zoom; a narrow segment keeps its width, so that many do not add up. */
    const least = row.x0 === row.x1 ? 2 : 0.5;
    if (to - from < least) [from, to] = [(from + to - least) / 2, (from + to + least) / 2];
    const selected = tm.labels.selection.has(row.id);
    const width = to - from;
    context.fillStyle = row.color;
    context.globalAlpha = row.pending ? 0.12 : selected ? 0.38 : 0.18;
    context.fillRect(from, place.top, width, place.bottom - place.top);
    context.globalAlpha = selected ? 1 : 0.75;
    if (width > 4) {
      const line = selected ? 2 : 1;
      context.fillRect(from, place.top, line, place.bottom - place.top);
      context.fillRect(to - line, place.top, line, place.bottom - place.top);
    }
    context.globalAlpha = row.pending ? 0.5 : 1;
    const { top, height } = tab(place, row);
    context.fillRect(from, top, width, height - (overlay.lanes > 1 ? 1 : 0));
    if (selected) {
      context.fillStyle = tm.color("--bs-body-color");
      context.fillRect(from, top - 2, width, 2);
      context.fillRect(from, top + height - 1, width, 2);
    }
    if (width > 14) drawName(context, row, from, width, top + height / 2 + 0.5);
    context.globalAlpha = 1;
  };
  const drawName = (context, row, from, width, middle) => {
    context.font = `600 ${overlay.lanes > 1 ? 10 : 11}px system-ui, sans-serif`;
    context.fillStyle = tm.inkOn(row.color);
    let signs = [...row.label]; // whole characters: an emoji is two units of a string
    const fits = (text) => context.measureText(text).width <= width - 6;
    let text = row.label;
    while (signs.length && !fits(text)) {
      signs = signs.slice(0, -1);
      text = `${signs.join("")}…`;
    }
    if (!signs.length) return;
    context.fillText(text, from + 3, middle);
  };

  const inTab = (place, row, py) => {
    const { top, height } = tab(place, row);
    return py >= top - 1 && py <= top + height;
  };
  /** The label at a pixel of the graph: in the lane any, in the plot only well inside (edges are for marking). */
  overlay.hit = (px, py) => {
    const place = overlay.geometry();
    if (!place || overlay.hidden) return null;
    const inLane = py < place.top;
    const slack = inLane ? 3 : 0;
    let best = null;
    for (const row of shown(place)) {
      const [from, to] = [place.pixel(row.x0), place.pixel(row.x1)];
      if (px < from - slack || px > to + slack) continue;
      if (inLane && !inTab(place, row, py)) continue;
      if (!inLane && to - from > 4 * EDGE && (px - from < EDGE || to - px < EDGE)) continue;
      if (!best || row.x1 - row.x0 < best.x1 - best.x0) best = row;
    }
    return best;
  };

  /* ---- in front: crosshair and pending mark ------------------------------------------------------ */
  let frontEmpty = false;
  /** What else is drawn in front: {active(): is there anything, draw(context, place)}. */
  overlay.front = [];
  const drawFront = () => {
    const place = overlay.geometry();
    if (!front || !front.isConnected || !place) return;
    const { start, end } = tm.marks;
    const others = overlay.front.filter(({ active }) => active());
    const nothing = overlay.hover === null && start === null && !others.length;
    if (nothing && frontEmpty) return; // clearing a large canvas costs a repaint
    frontEmpty = nothing;
    const context = prepare(front);
    const accent = tm.color("--tm-accent");
    if (overlay.hover !== null) {
      context.fillStyle = tm.color("--bs-body-color");
      context.globalAlpha = 0.35;
      context.fillRect(Math.round(overlay.hover), place.top, 1, place.bottom - place.top);
      context.globalAlpha = 1;
    }
    for (const { draw } of others) draw(context, place);
    if (start === null) return;
    const from = place.pixel(start);
    const to = end !== null ? place.pixel(end) : overlay.hover;
    context.save();
    context.beginPath();
    context.rect(place.left - 1, 0, place.right - place.left + 2, place.bottom);
    context.clip();
    context.fillStyle = accent;
    if (to !== null) {
      context.globalAlpha = 0.16;
      context.fillRect(Math.min(from, to), place.top, Math.abs(to - from), place.bottom - place.top);
    }
    context.globalAlpha = 1;
    drawMark(context, place, from);
    if (end !== null) drawMark(context, place, place.pixel(end));
    context.restore();
  };
  const drawMark = (context, place, at) => {
    context.fillRect(at - 1, place.top - 6, 2, place.bottom - place.top + 6);
    context.beginPath();
    context.arc(at, place.top - 7, 4, 0, 2 * Math.PI);
    context.fill();
  };

  overlay.draw = () => {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      drawLabels();
      drawFront();
      tm.emit("drawn");
    });
  };
  overlay.drawFront = () => requestAnimationFrame(drawFront);
  for (const event of ["moved", "view", "labels", "selection", "classes", "theme"]) tm.on(event, overlay.draw);
  tm.on("marks", overlay.drawFront);

  tm.actions.hideLabels = () => {
    overlay.hidden = !overlay.hidden;
    showHidden();
    overlay.draw();
  };
  const showHidden = () => {
    const button = tm.byId("label-hide-button");
    if (button) {
      button.classList.toggle("tm-on", overlay.hidden);
      button.firstElementChild.className = `bi bi-${overlay.hidden ? "eye-slash" : "eye"}`;
    }
  };
  tm.on("mounted", showHidden);
})();
