/* Properties of the component (documented in components/time_series_plot/__init__.py): values from Python go to the
   parts of the plot; the user's actions are reported to Python after the frame that draws them. */
import { later } from "./dom.mjs";

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export default (plot) => {
  const { labels, marks, overlay, view } = plot;

  /* ---- from Python ------------------------------------------------------------------------------- */
  const done = new Set(); // uuids of edits
  let bulk = null; // uuid of the newest bulk decision
  const makeEdit = ({ uuid, kind, ids = [...labels.selection], ...values }) => {
    if (done.has(uuid)) return;
    done.add(uuid);
    if (kind === "forget") return plot.refused.forget(values.of);
    if (kind === "decide") bulk = uuid;
    if (kind === "add" || kind === "decide") labels.send({ kind, uuid, ...values });
    else labels.change(kind, ids, { uuid, ...values });
  };
  /* Which suggestions a bulk decision applies to is decided by the server (services/annotations): continue after its answer. */
  plot.on("answered", ({ answers }) => answers.some(({ acked }) => acked?.includes(bulk)) && plot.review.onwards());
  const WRITTEN = {
    channels: (value) => plot.channels.use(value),
    time_form: (value) => plot.time.use(value),
    hidden: ({ labels: all = false, rejected = true }) => (overlay.hide(all), labels.showRejected(!rejected)),
    highlight: (value) => plot.ghosts.show(value),
    scope: (value) => plot.scope.use(value),
    snap: (value) => plot.snap.use(value),
    drag_mode: (value) => view.setDrag(value),
    theme: () => plot.emit("theme"),
    edit: (edits) => [edits].flat().forEach(makeEdit),
    review_answer: (value) => plot.review.answered(value),
    hidden_classes: (ids) => ((overlay.hiddenClasses = new Set(ids)), plot.emit("hidden")),
    go_to: ({ x0, x1, exact, center, ids }) => (ids && labels.select(ids, "page"), exact ? view.show([x0, x1].map(plot.axis.toPlot)) : (!center && view.shows(x0, x1)) || view.center(x0, x1)),
    axis: (value) => plot.axis.use(value),
    path: (path) => (view.recording.path = path),
    keymap: (value) => (plot.keys.use(value), plot.emit("keymap")),
  };
  const reported = {}; // last values of properties that the plot sets
  plot.take = (props, before) => {
    for (const [name, use] of Object.entries(WRITTEN)) {
      const value = props[name];
      if (value === undefined || value === before[name] || same(value, reported[name])) continue;
      if (value === null && name !== "highlight") continue;
      if (name in READ) reported[name] = value; // the current value of the property
      use(value);
    }
  };

  /* ---- to Python --------------------------------------------------------------------------------- */
  const common = (values, otherwise) => (values.every((value) => same(value, values[0])) ? (values[0] ?? null) : otherwise);
  const selection = () => {
    const selected = labels.selected();
    return {
      count: selected.length,
      note: common(selected.map(({ note }) => note || ""), null),
      channels: common(selected.map(({ channels }) => channels ?? null), false),
    };
  };
  const tally = () => {
    const { accepted, suggested, rejected } = labels.tally();
    const scores = {};
    for (const { model, score } of labels.waiting()) (scores[model || ""] ||= []).push(score ?? 0);
    return { accepted, suggested, rejected, scores };
  };
  const mark = () => (marks.start === null ? null : { start: marks.start, end: marks.end, channels: marks.channels });
  const hidden = () => ({ labels: overlay.hidden, rejected: !labels.rejectedShown });
  const confirmed = () => ({ recording: labels.recording, revision: labels.revision, saved: labels.savedRevision });
  const READ = {
    view: [() => view.range.map(plot.axis.toServer), "view"],
    mark: [mark, "marks"],
    selection: [selection, "selection", "labels"],
    tally: [tally, "labels"],
    suggests: [() => reported.suggests || labels.list().some(({ model, status }) => model || status !== "accepted"), "labels"],
    hidden: [hidden, "hidden", "rejected"],
    scope: [() => plot.scope.mode, "scope"],
    snap: [() => plot.snap.mode, "snap"],
    drag_mode: [() => view.drag, "drag"],
    time_form: [() => plot.time.form(), "timeform"],
    confirmed: [confirmed, "state"],
    refused: [() => plot.refused.list(), "refused"],
  };
  const changed = new Set();
  const report = later(() => {
    if (plot.removed || !view.recording) return;
    const props = {};
    for (const name of changed) {
      const value = READ[name][0]();
      if (!same(value, reported[name])) props[name] = reported[name] = value;
    }
    changed.clear();
    if (Object.keys(props).length) plot.tell(props);
  });
  /* After a change of labels, send the heartbeat when no edit follows for a moment, so that lists of files are read again. */
  const PAUSE = 700; // ms
  let resting = 0;
  plot.on("state", ({ full }) => {
    clearTimeout(resting);
    resting = full ? 0 : setTimeout(window.dash_clientside.beat, PAUSE);
  });
  /** Send the delayed properties now. */
  plot.tellNow = () => report.now();
  plot.on("recording", () => {
    for (const name of Object.keys(READ)) {
      reported[name] = plot.props()[name]; // a new page has only the values from Python
      changed.add(name);
    }
    report();
  });
  for (const [name, [, ...events]] of Object.entries(READ)) events.forEach((event) => plot.on(event, () => (changed.add(name), report())));
};
