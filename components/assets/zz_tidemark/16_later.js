/* What can wait until an edit is on the screen: the plot shows it at once, lists and buttons a moment later. With thousands
   of labels they would otherwise keep the confirmation of the edit from being drawn. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const QUIET = 150; // ms without a further change: an edit and its confirmation are then one
  const LATEST = 400; // ms, however many changes come
  const idle = window.requestIdleCallback || setTimeout;

  /** A function that runs `work` soon, once for all calls meanwhile. Its `now` runs it at once if it is still to come. */
  tm.later = (work) => {
    let [first, timer] = [0, 0];
    const now = () => {
      if (!first) return;
      first = 0;
      clearTimeout(timer);
      work();
    };
    const soon = () => {
      const at = performance.now();
      first = first || at;
      clearTimeout(timer);
      timer = setTimeout(() => idle(now, { timeout: LATEST }), Math.max(0, Math.min(QUIET, first + LATEST - at)));
    };
    return Object.assign(soon, { now });
  };

  /* Through Dash, since React ignores clicks on what its own properties call disabled; after the frame, and only what is
     another than before: each costs a drawing of React. */
  const wanted = new Map(); // id -> properties
  const settle = () => {
    for (const [id, props] of wanted) {
      const control = tm.byId(id);
      const other = Object.entries(props).filter(([name, value]) => control && control[name] !== value);
      if (other.length) tm.set(id, Object.fromEntries(other));
    }
    wanted.clear();
  };
  /** Give a control properties that its element has too, such as its title. */
  tm.setSoon = (id, props) => {
    if (!wanted.size) requestAnimationFrame(() => setTimeout(settle));
    wanted.set(id, { ...wanted.get(id), ...props });
  };
  tm.enable = (id, enabled) => tm.setSoon(id, { disabled: !enabled });
})();
