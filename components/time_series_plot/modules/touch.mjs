/* Two fingers on the plot zoom and move the view: the places under them stay under them. One finger acts as the mouse. */
export default (plot) => {
  const LEAST = 20; // px between the fingers
  const fingers = new Map(); // pointer -> px from the left of the graph
  let held = null; // places under both fingers, on the plot's axis

  const put = ({ pointerId, clientX }) => fingers.set(pointerId, clientX - plot.gd.getBoundingClientRect().left);
  const begin = (event) => {
    for (const ending of [new MouseEvent("mouseup", event), new PointerEvent("pointercancel", { isPrimary: true })]) document.dispatchEvent(ending); // started by the first finger
    const place = plot.overlay.geometry();
    held = place && [...fingers.values()].map((px) => plot.axis.toPlot(place.x(px)));
  };
  const pinch = () => {
    const [place, [first, second]] = [plot.overlay.geometry(), fingers.values()];
    if (!place || Math.abs(first - second) < LEAST || first < second !== held[0] < held[1]) return;
    const scale = (held[1] - held[0]) / (second - first);
    const from = held[0] - (first - place.left) * scale;
    plot.view.go(plot.view.inside([from, from + (place.right - place.left) * scale]));
  };
  plot.hearFirst("pointerdown", (event) => {
    if (event.isPrimary) fingers.clear();
    if (event.pointerType !== "touch" || !plot.gd.contains(event.target) || !plot.view.range) return;
    put(event);
    if (fingers.size === 2) begin(event);
  });
  plot.hearFirst("pointermove", (event) => {
    if (!held || !fingers.has(event.pointerId)) return;
    put(event);
    pinch();
  });
  const end = ({ pointerId }) => fingers.delete(pointerId) && (held = null);
  for (const type of ["pointerup", "pointercancel"]) plot.hearFirst(type, end);
  /* Otherwise Plotly would start a drag with the second finger too. */
  plot.listen(plot.gd, "touchstart", (event) => event.touches.length > 1 && event.stopPropagation(), true);
};
