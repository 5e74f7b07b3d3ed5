/* The plot: one object per mounted component, shared by its parts. A part is a function that gets the plot and adds its
   interface (`plot.labels`, `plot.view`, …); parts communicate by events. components/time_series_plot/parts.py lists
   the parts; the bundle contains them as module `parts`. */
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
  /** Show a message; its button `action` is {text, act, of} for the plot or {text, href}; `until` names the action. */
  toast = (text, kind = "info", { action, until } = {}) => window.dash_clientside.toasts.show({ text, kind, action, until });
  /** Listen to a target until the plot is removed. */
  listen(target, type, listener, options) {
    const more = typeof options === "object" ? options : { capture: Boolean(options) };
    target.addEventListener(type, listener, { ...more, signal: this.#over.signal });
  }
  /** Listen to an event of the page before the element under the mouse or with the focus. */
  hearFirst = (type, listener) => this.listen(document, type, listener, true);
  /** The same for mouse or first finger: {down, move, up, cancel}. */
  onPointer(listeners) {
    for (const [kind, listener] of Object.entries(listeners)) this.hearFirst(`pointer${kind}`, (event) => event.isPrimary && listener(event));
  }
  /** Disconnect an observer when the plot is removed. */
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

/** Substitute on pages without a plot: sends unsent edits and tracks whether the server answers. */
class Idle extends Events {
  constructor() {
    super();
    current = this;
    this.actions = {};
    this.view = { recording: null, range: null, part: null, gd: null };
    labels(this);
  }
  ask(requests, nonce) {
    const ready = byId("shell-toasts"); // the page may not be loaded yet
    if (ready) setProps("shell-unsent", { data: { nonce, requests } });
    else setTimeout(() => this.removed || this.ask(requests, nonce), 200);
  }
}

/* State that stays from file to file until the page is reloaded. */
const session = { labelsHidden: false, rejectedShown: false, drag: "pan", lastLabel: "", reviewNext: null };

/* Preferences for the plot: they come with the page, and are read when the parts are created. */
const preferencesOf = (plot) => ({
  /** The value of a preference, or null. */
  get: (name) => plot.props().preferences?.[name] ?? null,
  keep: (name, value) => window.dash_clientside.report(plot.host.id, "chosen", { [name]: value }), // in the order of the changes
});

export class Plot extends Events {
  /**
   * @param host the element of the plot, with the graph as its first child
   * @param props a function that returns the current properties
   * @param libraries functions that return promises: {plotly, svgCanvas}
   */
  constructor(host, props, libraries) {
    super();
    Object.assign(this, { host, props, libraries, session, actions: {}, gd: host.firstElementChild });
    idle.remove();
    current = this;
    this.preferences = preferencesOf(this);
    for (const part of parts) part(this);
    host.timeSeriesPlot = this;
    /* Buttons on the page name an action of the plot, some with an argument (`data-of`). */
    this.listen(document, "click", ({ target }) => {
      const button = target.closest?.("[data-plot]");
      if (button && !button.disabled) this.act(button.dataset.plot, button.dataset.of);
    });
    const root = document.documentElement;
    this.observe(new MutationObserver(() => this.emit("theme")), root, { attributeFilter: ["data-bs-theme"] });
    this.on("recording", () => window.dash_clientside.toasts.opened());
  }
  /** Perform an action while a recording is open; false if there is none of that name. */
  act(action, of) {
    if (this.view.recording && this.view.range) this.actions[action]?.(of);
    return action in this.actions;
  }
  #shown = {};
  /** Apply new properties. */
  show(props) {
    const before = this.#shown;
    this.#shown = props;
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
  /** Set properties of the component, all of one moment together. */
  tell(props) {
    if (!this.#told) queueMicrotask(() => this.#flush());
    this.#told = { ...this.#told, ...props };
  }
  #told = null;
  #flush() {
    const pending = this.#told;
    this.#told = null;
    if (!this.removed) this.props().setProps(pending);
  }
  ask = (requests, nonce) => this.tell({ commands: { nonce, requests } });
  #reads = 0;
  read(since) {
    const value = { ...since, asked: (this.#reads += 1) }; // Dash drops a value that equals the previous one
    queueMicrotask(() => this.removed || window.dash_clientside.report(this.host.id, "since", value, "since"));
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

/** Resolves when every edit is in the database; rejects if the server does not answer. */
export const whenSent = () => current.labels.whenSent();
/** Results of edits that were unsent when a plot was unmounted. */
export const answered = (answer) => current.labels.answered(answer);
