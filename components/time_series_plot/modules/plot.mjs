/* The plot: one object for each mounted component, which its parts share. A part is a function that is given the plot
   and adds what the others may use of it (`plot.labels`, `plot.view`, …); parts tell each other what happened by events. */
import { announce, publish, shell } from "./bridge.mjs";
import candles from "./candles.mjs";
import channels from "./channels.mjs";
import confidence from "./confidence.mjs";
import cursor from "./cursor.mjs";
import { byId, setProps } from "./dom.mjs";
import ghosts from "./ghosts.mjs";
import handles from "./handles.mjs";
import hold from "./hold.mjs";
import keys, { Keys } from "./keys.mjs";
import labelEditor from "./label_editor.mjs";
import labels from "./labels.mjs";
import lanes from "./lanes.mjs";
import marks from "./marks.mjs";
import measure from "./measure.mjs";
import overlay from "./overlay.mjs";
import overview from "./overview.mjs";
import paint from "./paint.mjs";
import paintLabels from "./paint_labels.mjs";
import paintSuggestions from "./paint_suggestions.mjs";
import paper from "./paper.mjs";
import picture from "./picture.mjs";
import popups from "./popups.mjs";
import props from "./props.mjs";
import readout from "./readout.mjs";
import refused from "./refused.mjs";
import review from "./review.mjs";
import reviewBar from "./review_bar.mjs";
import scope from "./scope.mjs";
import selection from "./selection.mjs";
import snap from "./snap.mjs";
import steps from "./steps.mjs";
import table from "./table.mjs";
import tableTools from "./table_tools.mjs";
import ticks from "./ticks.mjs";
import time from "./time.mjs";
import timeMenu from "./time_menu.mjs";
import view from "./view.mjs";
import windows from "./window.mjs";

/* In the order in which they hear events. */
const PARTS = [
  labels, steps, refused, time, ticks, timeMenu, channels, view, hold, windows, paint, candles, lanes, overview, paper,
  overlay, measure, paintLabels, paintSuggestions, handles, snap, readout, confidence, marks, cursor,
  scope, selection, table, tableTools, labelEditor, ghosts, review, reviewBar, popups, keys, picture, props,
];

class Events {
  #listeners = new Map();
  #over = new AbortController();

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) || []), listener]);
  }
  /** Call the listeners of this plot. */
  hear(event, detail) {
    for (const listener of this.#listeners.get(event) || []) listener(detail);
  }
  emit(event, detail) {
    this.hear(event, detail);
    announce(this, event, detail);
  }
  /** Listen to a target until the plot is removed. */
  listen(target, type, listener, options) {
    const more = typeof options === "object" ? options : { capture: Boolean(options) };
    target.addEventListener(type, listener, { ...more, signal: this.#over.signal });
  }
  /** Hear an event of the page before what lies under the mouse or has the focus. */
  hearFirst(type, listener) {
    this.listen(document, type, listener, true);
  }
  /** The same of the mouse: {down, move, up, cancel}. */
  onPointer(listeners) {
    for (const [kind, listener] of Object.entries(listeners)) this.hearFirst(`pointer${kind}`, listener);
  }
  /** Call `work` every `ms` milliseconds until the plot is removed. */
  every(ms, work) {
    const timer = setInterval(work, ms);
    this.atEnd(() => clearInterval(timer));
  }
  /** Tell an observer of elements to stop when the plot is removed. */
  observe(observer, node) {
    observer.observe(node);
    this.atEnd(() => observer.disconnect());
  }
  /** Call `work` when the plot is removed. */
  atEnd(work) {
    this.#over.signal.addEventListener("abort", work);
  }
  get removed() {
    return this.#over.signal.aborted;
  }
  remove() {
    this.#over.abort();
  }
}

/** What stands for a plot on pages that have none: it sends edits that are left, and notices whether the server answers. */
class Idle extends Events {
  constructor() {
    super();
    this.actions = shell.actions;
    this.view = { recording: null, range: null, part: null, gd: null };
    labels(this);
    publish(this);
  }
  ask(requests, nonce) {
    const ready = byId("shell-toasts"); // the page may not be there yet
    if (ready) setProps("shell-unsent", { data: { nonce, requests } });
    else setTimeout(() => this.removed || this.ask(requests, nonce), 200);
  }
}

/* What stays from file to file, until the page is loaded again. */
const session = { labelsHidden: false, rejectedShown: false, drag: "pan", lastLabel: "", reviewNext: null };

/* What the user chose about the plot: it comes with the page, and what is new since then is told. */
const preferencesOf = (plot) => {
  const chosen = {};
  return {
    /** The value of a preference, null where nothing was chosen. */
    get: (name) => (name in chosen ? chosen[name] : plot.props().preferences?.[name]) ?? null,
    keep: (name, value) => {
      chosen[name] = value;
      plot.tell({ chosen: { ...chosen } });
    },
  };
};

export class Plot extends Events {
  /**
   * @param host the element of the plot, with the graph as its first child
   * @param props a function that gives the newest properties of the component
   * @param plotly a function that gives a promise of Plotly
   */
  constructor(host, props, plotly) {
    super();
    Object.assign(this, { host, props, plotly, session, actions: shell.actions, gd: host.firstElementChild });
    idle?.remove();
    this.preferences = preferencesOf(this);
    this.keys = new Keys();
    for (const part of PARTS) part(this);
    publish(this);
    host.timeSeriesPlot = this;
    /* Buttons anywhere on the page say what the plot does on a click. */
    this.listen(document, "click", ({ target }) => {
      const button = target.closest?.("[data-plot]");
      if (button && !button.disabled) this.actions[button.dataset.plot]?.();
    });
  }
  /** Take new properties; `before` are those it has. */
  show(props, before) {
    const { recording, labels: all, answer, changes } = props;
    if (recording !== before.recording && recording?.id !== undefined) {
      this.view.open(recording);
      if (all && all !== before.labels && all.recording === recording.id) this.labels.follow(all);
      else this.labels.exchange();
    }
    this.take(props, before);
    if (answer && answer !== before.answer) this.labels.answered(answer);
    if (changes && changes !== before.changes) this.labels.follow(changes);
  }
  /** Set properties of the component: all of one moment together. */
  tell(props) {
    if (!this.#told) queueMicrotask(() => this.#flush());
    this.#told = { ...this.#told, ...props };
  }
  #told = null;
  #flush() {
    const told = this.#told;
    this.#told = null;
    if (!this.removed) this.props().setProps(told);
  }
  ask(requests, nonce) {
    this.tell({ commands: { nonce, requests } });
  }
  #reads = 0;
  read(since) {
    this.tell({ since: { ...since, asked: (this.#reads += 1) } }); // Dash drops a value that equals the one before
  }
  remove() {
    if (this.removed) return;
    this.emit("closed");
    this.Plotly?.purge(this.gd);
    super.remove();
    delete this.host.timeSeriesPlot;
    idle = new Idle();
  }
}
let idle = shell.hear ? new Idle() : null;
