/* While a person moves the plot by mouse, Plotly has the view: a paint in between would put it back and end the
   movement unseen. What comes late (another size, an answer of the server) waits until it is over. */
export default (plot) => {
  let pressed = false;
  let moving = false;
  const waiting = [];

  const hold = (plot.hold = {
    /** Plotly moves the view; `end` comes when the view is what it was moved to. */
    begin: () => (moving = true),
    end: () => {
      moving = false;
      if (!pressed) waiting.splice(0).forEach((go) => go());
    },
    /** Resolves when the plot is no longer moved; undefined if it is not moved now. */
    over: () => (pressed || moving ? new Promise((resolve) => waiting.push(resolve)) : undefined),
  });
  const release = () => {
    pressed = false;
    hold.end();
  };
  /* Where a press in the plot begins a drag of Plotly: in a row, or between two of them. */
  const begins = (event) => {
    const at = plot.paint.dragmode() && plot.marks.pressed(event);
    return Boolean(at && !at.inLane);
  };
  /* Between rows Plotly hears nothing: the press goes to the nearest row. */
  plot.listen(plot.gd, "mousedown", (event) => {
    if (event.target.closest(".drag") || !begins(event)) return;
    const far = (node) => Math.abs(event.clientY - node.getBoundingClientRect().top - node.getBoundingClientRect().height / 2);
    const [row] = [...plot.gd.querySelectorAll(".nsewdrag")].sort((one, other) => far(one) - far(other));
    row?.dispatchEvent(new MouseEvent("mousedown", event));
  });
  /* Plotly hears of the end after us, and has moved the view when what is called later runs. */
  const ended = () => (pressed || moving) && setTimeout(release);
  plot.onPointer({
    down: (event) => (pressed = begins(event)),
    up: ended,
    cancel: ended,
    move: ({ buttons }) => pressed && !buttons && release(), // released outside the page
  });
  for (const event of ["recording", "closed"]) plot.on(event, release);
};
