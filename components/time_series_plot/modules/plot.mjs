/* The plot: one object for each mounted component, which its parts share. A part is a function that is given the plot
   and adds what the others may use of it (`plot.labels`, `plot.view`, …); parts tell each other what happened by events. */
import { announce, publish, shell } from "./bridge.mjs";
import candles from "./candles.mjs";
import channelPanel from "./channel_panel.mjs";
import channels from "./channels.mjs";
import confidence from "./confidence.mjs";
import cursor from "./cursor.mjs";
import ghosts from "./ghosts.mjs";
import handles from "./handles.mjs";
import hold from "./hold.mjs";
import keys from "./keys.mjs";
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
import readout from "./readout.mjs";
import refused from "./refused.mjs";
import review from "./review.mjs";
import reviewBar from "./review_bar.mjs";
import reviewQueue from "./review_queue.mjs";
import scope from "./scope.mjs";
import selection from "./selection.mjs";
import snap from "./snap.mjs";
import steps from "./steps.mjs";
import strips from "./strips.mjs";
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
  channelPanel, overlay, strips, measure, paintLabels, paintSuggestions, handles, snap, readout, confidence, marks, cursor,
  scope, selection, table, tableTools, labelEditor, ghosts, review, reviewQueue, reviewBar, keys, picture,
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
  /** Call `work` every `ms` milliseconds until the plot is removed. */
  every(ms, work) {
    const timer = setInterval(work, ms);
    this.#over.signal.addEventListener("abort", () => clearInterval(timer));
  }
  /** Tell an observer of elements to stop when the plot is removed. */
  observe(observer, node) {
    observer.observe(node);
    this.#over.signal.addEventListener("abort", () => observer.disconnect());
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
}

export class Plot extends Events {
  /**
   * @param host the element of the plot, with the graph as its first child
   * @param props a function that gives the newest properties of the component
   * @param plotly a function that gives a promise of Plotly
   */
  constructor(host, props, plotly) {
    super();
    Object.assign(this, { host, props, plotly, actions: shell.actions, gd: host.firstElementChild });
    idle?.remove();
    for (const part of PARTS) part(this);
    publish(this);
    host.timeSeriesPlot = this;
  }
  /** Take new properties; `before` are those it has. */
  show(props, before) {
    if (props.recording !== before.recording && props.recording?.id !== undefined) this.view.open(props.recording);
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
