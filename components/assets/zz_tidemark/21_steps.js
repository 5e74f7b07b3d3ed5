/* What undo and redo bring back only the server knows: what is pressed right after them is about that, so it waits for the
   answer, and what is pressed after it waits behind it. */
(function () {
  "use strict";
  const tm = window.tidemark;
  let waiting = []; // [work, does it wait for the answer?], in the order of the keys

  const flush = () => {
    while (waiting.length && !(waiting[0][1] && tm.labels.stepping())) waiting.shift()[0]();
  };
  tm.on("answered", flush);
  const forget = () => (waiting = []);
  for (const event of ["recording", "closed"]) tm.on(event, forget);

  const inTurn = (work, needs) => (...given) => {
    if (!waiting.length && !(needs && tm.labels.stepping())) work(...given);
    else waiting.push([() => work(...given), needs]);
  };
  /** `work`, which waits for an undo or redo that is on its way. */
  tm.afterSteps = (work) => inTurn(work, true);
  /* These wait only behind what waits already. */
  tm.actions.undo = inTurn((of) => tm.labels.undoLast(of), false);
  tm.actions.redo = inTurn(() => tm.labels.redoNext(), false);
  /** Say what the command with that uuid does, and offer to take back just that. */
  tm.toastUndoable = (words, uuid) => tm.toast(words, "info", { action: { text: "Undo", run: () => tm.actions.undo(uuid) }, until: uuid });
})();
