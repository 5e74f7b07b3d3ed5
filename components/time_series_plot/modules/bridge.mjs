/* The only place where the plot and the scripts in components/assets/ know each other. Scripts that are not moved yet
   find the parts of the plot on `window.tidemark` and hear its events there; the plot uses their toasts, keys
   and navigation. On pages without a plot an idle one stands in. Delete what is listed here as those scripts go. */
const none = () => {};
const stub = {
  actions: {},
  pane: { open: none, toPlot: none },
  toast: none,
  toastsDone: none,
};
export const shell = window.tidemark || stub;

const KEPT = new Set(["actions", "gd", "host", "props", "plotly", "Plotly", "preferences", "session", "take"]); // of the plot alone
let current = null;

/** Let other scripts find the parts of `plot`, and let it hear their events. */
export const publish = (plot) => {
  current = plot;
  for (const [name, part] of Object.entries(plot)) if (!KEPT.has(name)) shell[name] = part;
};
/** An event of a plot, for other scripts. */
export const announce = (plot, event, detail) => {
  if (plot === current) shell.hear?.(event, detail);
};
shell.relay = (event, detail) => current?.hear(event, detail);
shell.actions.leftAnswered = (answer) => answer && current?.labels.answered(answer);
