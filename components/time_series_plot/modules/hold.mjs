/* While the user moves the plot by mouse, Plotly controls the view: a redraw would reset it and end the gesture. Later
   work (new size, answer of the server) waits until the gesture ends. */
export default (plot) => {
  let pressed = false;
  let moving = false;
  const waiting = [];

  const hold = (plot.hold = {
    /** Plotly moves the view; `end` is called with the final view. */
    begin: () => (moving = true),
    end: () => {
      moving = false;
      if (!pressed) waiting.splice(0).forEach((go) => go());
    },
    /** Resolves at the end of the gesture; undefined if there is none. */
    over: () => (pressed || moving ? new Promise((resolve) => waiting.push(resolve)) : undefined),
  });
  const release = () => {
    pressed = false;
    hold.end();
  };
  /* Where a press starts a Plotly drag: in a row, or between two rows. */
  const begins = (event) => {
    const at = plot.paint.dragmode() && plot.marks.pressed(event);
    return Boolean(at && !at.inLane);
  };
  /* Plotly gets no events between rows: pass the press to the nearest row. */
  plot.listen(plot.gd, "mousedown", (event) => {
    if (event.target.closest(".drag") || !begins(event)) return;
    const far = (node) => Math.abs(event.clientY - node.getBoundingClientRect().top - node.getBoundingClientRect().height / 2);
    const [row] = [...plot.gd.querySelectorAll(".nsewdrag")].sort((a, b) => far(a) - far(b));
    row?.dispatchEvent(new MouseEvent("mousedown", event));
  });
  /* Plotly handles the end of the gesture after us; work called later sees the final view. */
  const ended = () => (pressed || moving) && setTimeout(release);
  plot.onPointer({
    down: (event) => (pressed = begins(event)),
    up: ended,
    cancel: ended,
    move: ({ buttons }) => pressed && !buttons && release(), // released outside the page
  });
  for (const event of ["recording", "closed"]) plot.on(event, release);
};
