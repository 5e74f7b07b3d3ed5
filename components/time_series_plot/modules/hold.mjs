/* While a person moves the plot by mouse or wheel, Plotly has the view: a paint in between would put it back and end the
   movement unseen. What comes late (another size, an answer of the server) waits until it is over. */
export default (plot) => {
  let pressed = false;
  let moving = false;
  let waiting = [];

  const hold = (plot.hold = {
    /** Plotly moves the view; `end` comes when the view is what it was moved to. */
    begin: () => (moving = true),
    end: () => {
      moving = false;
      if (!pressed) waiting.splice(0).forEach((go) => go());
    },
    /** Resolves when nobody moves the plot; undefined when nobody does now. */
    over: () => (pressed || moving ? new Promise((resolve) => waiting.push(resolve)) : undefined),
  });
  const release = () => {
    pressed = false;
    hold.end();
  };
  /* Plotly hears of the end after us, and has moved the view when what is called later runs. */
  const ended = () => (pressed || moving) && setTimeout(release);
  plot.onPointer({
    down: ({ button, target }) => {
      const { gd } = plot.view;
      if (button === 0 && gd && gd.contains(target) && target.closest(".drag") && plot.paint.dragmode()) pressed = true;
    },
    up: ended,
    cancel: ended,
    move: ({ buttons }) => pressed && !buttons && release(), // let go where no page is told
  });
  for (const event of ["recording", "closed"]) plot.on(event, release);
};
