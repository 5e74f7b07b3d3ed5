/* Two canvases over the plot: labels behind the lines (paint_labels.mjs), the pending mark and the crosshair in front. */
import { cssColor, element, emptied, pixelRatio, update, within } from "./dom.mjs";

export default (plot) => {
  const overlay = (plot.overlay = { hidden: plot.session.labelsHidden, hiddenClasses: new Set(), hover: null, dragged: null });
  let back = null;
  let front = null;
  const aside = element("canvas", {});
  const MARGIN = 16; // px drawn next to a strip
  let frame = 0;

  plot.on("graph", (gd) => {
    const host = gd.querySelector(".svg-container");
    back = element("canvas", { className: "tm-canvas" });
    front = element("canvas", { className: "tm-canvas tm-canvas-front" });
    host.prepend(back);
    host.append(front);
    frontEmpty = false;
    overlay.draw();
  });

  /** Pixel geometry of the graph, or null without one. */
  overlay.geometry = () => {
    const { gd } = plot.view;
    const full = gd && gd._fullLayout;
    if (!full || !full.xaxis || !full.xaxis._length || plot.axis.moving) return null;
    const { xaxis, _size: size } = full;
    const scale = xaxis._length / (xaxis.range[1] - xaxis.range[0]);
    const along = (at) => xaxis._offset + (at - xaxis.range[0]) * scale; // of the plot's axis
    return {
      along,
      left: xaxis._offset,
      right: xaxis._offset + xaxis._length,
      top: size.t,
      bottom: size.t + size.h,
      lane: size.t - overlay.laneHeight() - 2,
      pixel: (x) => along(plot.axis.toPlot(x)),
      x: (pixel) => plot.axis.toServer(xaxis.range[0] + (pixel - xaxis._offset) / scale),
    };
  };

  /* ---- behind: the labels ------------------------------------------------------------------------ */
  const drawLabels = () => {
    const place = overlay.geometry();
    if (!back || !back.isConnected || !place) return;
    const strips = overlay.strips(back, place);
    if (!strips) return overlay.paint(emptied(back, back.parentElement), place);
    for (const strip of strips) drawStrip(place, strip);
  };
  /* A strip is drawn off screen with a margin and copied: clipping would smooth slanted lines differently. */
  const drawStrip = (place, { from, to }) => {
    const ratio = pixelRatio();
    const [x, w, h, margin] = [from * ratio, (to - from) * ratio, back.height, MARGIN * ratio].map(Math.round);
    Object.assign(aside, { width: w + 2 * margin, height: h }); // which also clears it
    const context = aside.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, margin - x, 0);
    overlay.paint(context, { ...place, from: from - MARGIN, to: to + MARGIN });
    const target = back.getContext("2d");
    target.save();
    target.resetTransform();
    target.clearRect(x, 0, w, h);
    target.drawImage(aside, margin, 0, w, h, x, 0, w, h);
    target.restore();
  };
  /** Draw the visible labels, and what other parts draw behind and above them, on a 2D context: the canvas behind the
      lines, or a picture (picture.mjs). */
  overlay.paint = (context, place) => {
    plot.emit("behind", { context, place });
    if (!overlay.hidden) overlay.paintLabels(context, place);
    plot.emit("above", { context, place });
  };
  /** Vertical ranges of channels, as [{top, bottom}]; null means all channels. */
  overlay.bands = (channels, place) =>
    channels ? plot.view.rows().filter((row) => row.channels.some((channel) => channels.includes(channel))) : [place];
  /** Fill the range between two px in a band. */
  overlay.fill = (context, { left, right, top, bottom }, from, to) => {
    const [start, end] = [Math.max(from, left - 1), Math.min(to, right + 1)];
    if (end > start) context.fillRect(start, top, end - start, bottom - top);
  };
  /** Height in px of the lanes above the plot. */
  overlay.laneHeight = () => plot.lanes.height();

  /* ---- in front: crosshair and pending mark ------------------------------------------------------ */
  let frontEmpty = false;
  /** Further drawings in front: {active(): whether there is something to draw, draw(context, place)}. */
  overlay.front = [];
  const drawFront = () => {
    const place = overlay.geometry();
    if (!front || !front.isConnected || !place) return;
    const { start, end } = plot.marks;
    const others = overlay.front.filter(({ active }) => active());
    const nothing = overlay.hover === null && start === null && !others.length;
    if (nothing && frontEmpty) return; // clearing a large canvas costs a repaint
    frontEmpty = nothing;
    const context = emptied(front, front.parentElement);
    if (overlay.hover !== null) {
      context.fillStyle = cssColor("--bs-body-color");
      context.globalAlpha = 0.35;
      context.fillRect(Math.round(overlay.hover), place.top, 1, place.bottom - place.top);
      context.globalAlpha = 1;
    }
    for (const { draw } of others) draw(context, place);
    if (start === null) return;
    const from = place.pixel(start);
    const to = end !== null ? place.pixel(end) : overlay.hover;
    const edges = end === null ? [from] : [from, to];
    within(context, { ...place, left: place.left - 1, right: place.right + 1, top: 0 }, () => {
      context.fillStyle = cssColor("--tm-accent");
      for (const band of overlay.bands(plot.marks.channels, place)) {
        context.globalAlpha = 0.16;
        if (to !== null) overlay.fill(context, band, Math.min(from, to), Math.max(from, to));
        context.globalAlpha = 1;
        for (const at of edges) overlay.fill(context, band, at - 1, at + 1);
      }
      for (const at of edges) drawMark(context, place, at);
    });
  };
  const drawMark = (context, place, at) => {
    context.fillRect(at - 1, place.top - 6, 2, 6);
    context.beginPath();
    context.arc(at, place.top - 7, 4, 0, 2 * Math.PI);
    context.fill();
  };

  /** Draw the changes and the front canvas with the next frame. */
  overlay.drawChanges = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      drawLabels();
      drawFront();
      plot.emit("drawn");
    });
  };
  /** Redraw everything with the next frame. */
  overlay.draw = () => {
    overlay.forget();
    overlay.drawChanges();
  };
  overlay.drawFront = () => requestAnimationFrame(drawFront);
  for (const event of ["recording", "moved", "view", "classes", "theme", "rejected", "hidden"]) plot.on(event, overlay.draw);
  plot.on("marks", overlay.drawFront);

  overlay.hide = (hidden) => {
    overlay.hidden = plot.session.labelsHidden = hidden;
    plot.emit("hidden");
  };
  plot.actions["hide-labels"] = () => overlay.hide(!overlay.hidden);
  const showHidden = () => {
    const button = update("label-hide-button", { pressed: overlay.hidden });
    button?.classList.toggle("bi-eye", !overlay.hidden);
    button?.classList.toggle("bi-eye-slash", overlay.hidden);
  };
  for (const event of ["mounted", "hidden"]) plot.on(event, showHidden);
};
