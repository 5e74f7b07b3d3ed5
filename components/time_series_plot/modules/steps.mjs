/* What undo and redo bring back only the server knows: what is pressed right after them is about that, so it waits for the
   answer, and what is pressed after it waits behind it. */
import { update } from "./dom.mjs";

export default (plot) => {
  let waiting = []; // [work, does it wait for the answer?], in the order of the keys

  const flush = () => {
    while (waiting.length && !(waiting[0][1] && plot.labels.stepping())) waiting.shift()[0]();
  };
  plot.on("answered", flush);
  const forget = () => (waiting = []);
  for (const event of ["recording", "closed"]) plot.on(event, forget);

  const inTurn = (work, needs) => (...given) => {
    if (!waiting.length && !(needs && plot.labels.stepping())) work(...given);
    else waiting.push([() => work(...given), needs]);
  };
  /** `work`, which waits for an undo or redo that is on its way. */
  plot.afterSteps = (work) => inTurn(work, true);
  /* These wait only behind what waits already. */
  plot.actions.undo = inTurn((of) => plot.labels.undoLast(of || undefined), false);
  plot.actions.redo = inTurn(() => plot.labels.redoNext(), false);
  /* The titles of undo and redo contain their edit. */
  const NAMES = { undo: "Undo", redo: "Redo" };
  const follow = () => {
    for (const [kind, name] of Object.entries(NAMES)) {
      const words = plot.labels[kind];
      const title = `${name}${words ? `: ${words}` : ""}${plot.keys.after(kind)}`;
      update(`label-${kind}-button`, { disabled: !words, title });
    }
  };
  for (const event of ["state", "keymap"]) plot.on(event, follow);
  /** Say what the command with that uuid does, and offer to take back just that. */
  plot.toastUndoable = (words, uuid) => plot.toast(words, "info", { action: { text: "Undo", act: "undo", of: uuid }, until: uuid });
};
