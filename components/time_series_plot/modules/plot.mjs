/* The plot: one object for each mounted component, which its parts share. A part is a function that is given the plot
   and adds what the others may use of it (`plot.labels`, `plot.view`, …); parts tell each other what happened by events.
   Which there are says components/time_series_plot/parts.py; the bundle has them as a module `parts`. */
import { byId, setProps } from "./dom.mjs";
import labels from "./labels.mjs";
import parts from "./parts.mjs";

let current = null; // the plot of the page, or its substitute

class Events {
  #listeners = new Map();
  #over = new AbortController();

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) || []), listener]);
  }
  /** Call the listeners of this plot. */
  emit = (event, detail) => (this.#listeners.get(event) || []).forEach((listener) => listener(detail));
  say = (message) => document.dispatchEvent(new CustomEvent("tm-toast", { detail: message }));
  /** Show a message; `action`, a button, is {text, act, of} of the plot or {text, href}; `until` names what it offers. */
  toast = (text, kind = "info", { action, until } = {}) => this.say({ text, kind, action, until });
  /** What messages offer under this name is being done: they go. */
  toastsDone = (until) => this.say({ done: until });
  /** Listen to a target until the plot is removed. */
  listen(target, type, listener, options) {
    const more = typeof options === "object" ? options : { capture: Boolean(options) };
    target.addEventListener(type, listener, { ...more, signal: this.#over.signal });
  }
  /** Hear an event of the page before what lies under the mouse or has the focus. */
  hearFirst = (type, listener) => this.listen(document, type, listener, true);
  /** The same of the mouse or the first finger: {down, move, up, cancel}. */
  onPointer(listeners) {
    for (const [kind, listener] of Object.entries(listeners)) this.hearFirst(`pointer${kind}`, (event) => event.isPrimary && listener(event));
  }
  /** Tell an observer of elements to stop when the plot is removed. */
  observe(observer, node, options) {
    observer.observe(node, options);
    this.atEnd(() => observer.disconnect());
  }
  /** Call `work` when the plot is removed. */
  atEnd = (work) => this.#over.signal.addEventListener("abort", work);
  get removed() {
    return this.#over.signal.aborted;
  }
  remove() {
    this.#over.abort();
  }
}

/** Substitute on pages without a plot: it sends edits that are left, and notices whether the server answers. */
class Idle extends Events {
  constructor() {
    super();
    current = this;
    this.actions = {};
    this.view = { recording: null, range: null, part: null, gd: null };
    labels(this);
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
   * @param libraries functions that give promises: {plotly, svgCanvas}
   */
  constructor(host, props, libraries) {
    super();
    Object.assign(this, { host, props, libraries, session, actions: {}, gd: host.firstElementChild });
    idle.remove();
    current = this;
    this.preferences = preferencesOf(this);
    for (const part of parts) part(this);
    host.timeSeriesPlot = this;
    /* Buttons anywhere on the page say what the plot does on a click, some of them with what (`data-of`). */
    this.listen(document, "click", ({ target }) => {
      const button = target.closest?.("[data-plot]");
      if (button && !button.disabled) this.act(button.dataset.plot, button.dataset.of);
    });
    const root = document.documentElement;
    this.observe(new MutationObserver(() => this.emit("theme")), root, { attributeFilter: ["data-bs-theme"] });
    this.on("recording", () => this.say({ opened: true }));
  }
  /** Do an action, once a recording is shown; false where there is none of that name. */
  act(action, of) {
    if (this.view.recording && this.view.range) this.actions[action]?.(of);
    return action in this.actions;
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
    if (props.refresh !== before.refresh) this.labels.exchange();
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
  ask = (requests, nonce) => this.tell({ commands: { nonce, requests } });
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
let idle = new Idle();

/** Resolves when every edit is in the database; rejects when the server does not answer. */
export const whenSent = () => current.labels.whenSent();
/** What became of the edits that were left when a plot was closed. */
export const answered = (answer) => current.labels.answered(answer);
