/* Only the server knows what undo and redo restore: actions that follow them wait for the answer, and later actions
   wait for those. */
import { update } from "./dom.mjs";

export default (plot) => {
  let waiting = []; // [work, does it wait for the answer?], in the order of the keys

  const flush = () => {
    while (waiting.length && !(waiting[0][1] && plot.labels.stepping())) waiting.shift()[0]();
  };
  plot.on("answered", flush);
  const forget = () => (waiting = []);
  for (const event of ["recording", "closed"]) plot.on(event, forget);

  const inTurn = (work, needs) => (...args) => {
    if (!waiting.length && !(needs && plot.labels.stepping())) work(...args);
    else waiting.push([() => work(...args), needs]);
  };
  /** Run `work` after an undo or redo in flight. */
  plot.afterSteps = (work) => inTurn(work, true);
  /* These wait only for queued actions. */
  plot.actions.undo = inTurn((of) => plot.labels.undoLast(of || undefined), false);
  plot.actions.redo = inTurn(() => plot.labels.redoNext(), false);
  /* The titles of undo and redo name their edit. */
  const NAMES = { undo: "Undo", redo: "Redo" };
  const follow = () => {
    for (const [kind, name] of Object.entries(NAMES)) {
      const words = plot.labels[kind];
      const title = `${name}${words ? `: ${words}` : ""}${plot.keys.after(kind)}`;
      update(`label-${kind}-button`, { disabled: !words, title });
    }
  };
  for (const event of ["state", "keymap"]) plot.on(event, follow);
  /** Show what the command with that uuid does, and offer to undo only this edit. */
  plot.toastUndoable = (words, uuid) => plot.toast(words, "info", { action: { text: "Undo", act: "undo", of: uuid }, until: uuid });
};
