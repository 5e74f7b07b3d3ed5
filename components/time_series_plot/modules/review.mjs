/* Review suggestions one after the other by keys. Decisions are sent as commands like every edit; this module chooses
   the next suggestion and scrolls to it. The bar is review_bar.mjs. */
import { decisions } from "./decisions.mjs";
import { root, setProps } from "./dom.mjs";

export default (plot) => {
  const MARGIN = 0.08; // share of the view: a suggestion nearer to the edge is scrolled to
  const SLIM = 6; // px: narrower suggestions are zoomed in to
  const ROOM = 30; // length of the view then, in lengths of the suggestion
  const FEWEST = 200; // minimum number of samples in such a view
  const WIDE = 0.8; // share of the view: wider suggestions are zoomed out from
  const AHEAD = 0.25; // place of the current suggestion in the view when moving in order of time

  const review = (plot.review = { on: false, order: plot.preferences.get("review")?.order || "time", current: null });
  let reviewed = new Set(); // suggestions that were open at some time of this review
  let open = new Set(); // those of them that are open
  let list = null; // all of them, in the order of the review
  let ranks = new Map(); // suggestion -> position in the queue: least certain first, but spread over the signal
  let turning = false; // the order was changed, and the queue requested

  const rank = ({ id }) => ranks.get(id) ?? ranks.size;
  const byTime = (a, b) => a.x0 - b.x0 || a.x1 - b.x1;
  const ORDERS = { time: byTime, score: (a, b) => rank(a) - rank(b) || (a.score ?? 0) - (b.score ?? 0) || byTime(a, b) };
  const emitChange = () => plot.emit("review");

  /** The suggestions of this review, open and decided, in its order. */
  review.list = () => (list = list || plot.labels.named([...reviewed]).sort(ORDERS[review.order]));
  review.row = () => plot.labels.rows.get(review.current) || null;
  /** Do keys and digits decide now? Not while a mark is pending. */
  review.acting = () => review.on && plot.marks.start === null;

  const follow = () => {
    const now = new Set(plot.labels.waiting().map(({ id }) => id));
    const reopened = [...now].filter((id) => reviewed.has(id) && !open.has(id));
    reviewed = new Set([...reviewed, ...now]);
    [open, list] = [now, null];
    return reopened;
  };
  /* Go to a suggestion that an undo reopened. */
  plot.on("labels", () => {
    if (!review.on) return ready();
    const reopened = follow();
    const row = review.row();
    if (reopened.length && !reopened.includes(review.current) && !(row && decisions.open(row) && reopened.length > 1)) return show(reopened[0], 0);
    if (!row) return onCurrentRemoved();
    emitChange();
  });

  /* The current suggestion was removed by a newer run, an undo or another tab. */
  const onCurrentRemoved = () => {
    if (review.list().some(decisions.open)) show(first().id, 0);
    else if (plot.labels.loaded && !review.list().length) review.stop();
    else emitChange();
  };

  /* ---- next and previous ---------------------------------------------------------------------------- */
  const pixels = (from, to) => ((to - from) / (plot.view.range[1] - plot.view.range[0])) * plot.paint.width();
  /* The range that shows a stretch well; null if the current one does. */
  const well = (row, direction) => {
    const [from, to] = [plot.axis.toPlot(row.x0), plot.axis.toPlot(row.x1)];
    const [low, high] = plot.view.range;
    let span = high - low;
    const least = Math.max((to - from) * ROOM, plot.axis.step * FEWEST);
    const slim = pixels(from, to) < SLIM && span > least && (from !== to || plot.view.part?.n > 1);
    if (slim) span = least;
    else if (to - from > span * WIDE) span = (to - from) / WIDE;
    else if (from >= low + span * MARGIN && to <= high - span * MARGIN) return null;
    const share = review.order === "time" && direction ? (direction > 0 ? AHEAD : 1 - AHEAD) : 0.5;
    const middle = (from + to) / 2;
    const start = Math.min(Math.max(middle - span * share, to - span * (1 - MARGIN)), from - span * MARGIN); // the whole of it, whatever its share
    return plot.view.inside([start, start + span]);
  };
  const show = (id, direction) => {
    review.current = id;
    const row = review.row();
    plot.labels.select([id], "review");
    const range = well(row, direction);
    if (range) plot.view.show(range);
    emitChange();
  };
  /** Go to the next (+1) or previous (-1) open suggestion, around the ends; false if none is open. */
  review.step = (direction) => {
    const rows = review.list();
    const place = rows.findIndex(({ id }) => id === review.current);
    for (let away = 1; away <= rows.length; away += 1) {
      const row = rows[(place + direction * away + rows.length * 2) % rows.length];
      if (decisions.open(row)) return show(row.id, direction), true;
    }
    plot.labels.select([], "review");
    emitChange();
    return false;
  };

  /* ---- start and end --------------------------------------------------------------------------------- */
  const first = () => {
    const waiting = review.list().filter(decisions.open);
    const [selected] = plot.labels.selection;
    const chosen = plot.labels.selection.size === 1 && waiting.find(({ id }) => id === selected);
    if (chosen || review.order === "score") return chosen || waiting[0];
    const left = plot.axis.toServer(plot.view.range[0]);
    return waiting.find(({ x0 }) => x0 >= left) || waiting[0];
  };
  review.start = () => {
    if (review.on || !plot.view.range) return;
    if (!plot.labels.waiting().length) return ask("none");
    if (plot.marks.start !== null) plot.marks.cancel();
    if (plot.overlay.hidden) plot.actions["hide-labels"]();
    document.activeElement?.blur();
    review.on = true;
    window.dash_clientside.toasts.done("review");
    [reviewed, open] = [new Set(), new Set()];
    follow();
    show(first().id, 1);
    if (review.order === "score") ask("queue");
  };
  const end = () => {
    review.on = false;
    review.current = null;
    emitChange();
  };
  review.stop = () => {
    if (!review.on) return;
    plot.labels.select([], "review");
    end();
  };
  for (const event of ["recording", "closed"]) plot.on(event, end);

  /* ---- requests to Python (callbacks/review.py) ---------------------------------------------------- */
  let requests = 0;
  /* `queue`: order of suggestions by what they teach; `next`: next file with open suggestions; `none`: there are none
     here; `bar`: there are some and the bar is not loaded. */
  const ask = (review.ask = (about) => {
    const { recording } = plot.view;
    if (!recording) return;
    window.dash_clientside.report("label-plot", "review_asked", { about, recording: recording.id, order: review.order, waiting: plot.labels.waiting().length, count: (requests += 1) });
  });
  review.answered = ({ recording, ids, open }) => {
    if (open !== undefined) {
      plot.session.reviewNext = open; // continues there
      return setProps("_pages_location", { href: `${root}/label/${open}` });
    }
    if (recording !== plot.view.recording?.id) return;
    if (!ids) return void requestAnimationFrame(() => setTimeout(emitChange)); // this answer contains the bar
    ranks = new Map(ids.map((id, place) => [id, place]));
    list = null;
    if (turning) changeOrder();
    else emitChange();
  };
  const ready = () => {
    const { recording, part } = plot.view;
    if (plot.session.reviewNext === null || !plot.labels.loaded || !part || plot.labels.recording !== recording?.id) return;
    const continues = plot.session.reviewNext === recording.id;
    plot.session.reviewNext = null;
    if (continues) review.start();
  };
  plot.on("view", ready);

  /* ---- decisions ------------------------------------------------------------------------------------- */
  /* The selected suggestions if there are several, else the current one. */
  const targets = () => (plot.labels.selection.size > 1 ? [...plot.labels.selection] : review.current ? [review.current] : []);
  const decide = (kind, test, values) => {
    const ids = plot.labels.named(targets()).filter(test).map(({ id }) => id);
    if (ids.length) plot.labels.change(kind, ids, values);
  };
  const waits = (row) => row.status !== "accepted";
  const accept = () => decide("accept", waits);
  const onwards = (work) =>
    plot.afterSteps(() => {
      if (!review.on) return;
      work();
      review.step(1);
    });
  /** Continue after a suggestion that was decided with others. */
  review.onwards = () => review.on && !(review.row() && decisions.open(review.row())) && review.step(1);
  /** Accept as another class and continue; an accepted suggestion is relabelled. */
  review.relabel = (label) =>
    onwards(() => {
      const rows = plot.labels.named(targets());
      decide("accept", waits, { label });
      const relabelled = rows.filter((row) => !waits(row) && row.label !== label).map(({ id }) => id);
      if (relabelled.length) plot.labels.change("relabel", relabelled, { label });
    })();

  /* A click on another suggestion goes there; a mark made meanwhile cleared the selection. */
  plot.on("selection", (from) => {
    if (!review.on || from === "review" || plot.labels.selection.size !== 1) return;
    const [id] = plot.labels.selection;
    if (reviewed.has(id)) review.current = id;
    emitChange();
  });
  plot.on("marks", () => {
    if (review.acting() && !plot.labels.selection.size && review.row() && decisions.open(review.row())) plot.labels.select([review.current], "review");
    emitChange();
  });

  review.turn = () => {
    review.order = review.order === "time" ? "score" : "time";
    list = null;
    plot.preferences.keep("review", review.order === "time" ? null : { order: review.order });
    plot.toast(review.order === "time" ? "Suggestions come by time." : "The least certain suggestions come first, spread over the signal.");
    emitChange();
    turning = review.on;
    if (review.on) ask("queue");
  };
  /* The least certain suggestion first means immediately, not after the rest of the list. */
  const changeOrder = () => {
    turning = false;
    const row = review.row();
    const least = review.on && review.order === "score" && (!row || decisions.open(row)) && review.list().find(decisions.open);
    if (least) show(least.id, 0);
    else emitChange();
  };

  Object.assign(plot.actions, {
    "review-accept": plot.afterSteps(accept),
    "review-accept-next": onwards(accept),
    "review-reject": onwards(() => decide("reject", decisions.rejectable)),
    "review-next": plot.afterSteps(() => review.on && review.step(1)),
    "review-previous": plot.afterSteps(() => review.on && review.step(-1)),
    "review-order": review.turn,
    "review-leave": () => plot.measure.cancel() || plot.cancelDrag() || review.stop(),
    "review-stop": review.stop,
    review: () => (review.on ? review.stop() : review.start()),
    "next-to-review": () => ask("next"), // it is opened and reviewed there
  });
};
