/* What undo and redo bring back only the server knows: what is pressed right after them is about that, so it waits, and what
   is pressed after it waits behind it. */
(function () {
  "use strict";
  const tm = window.tidemark;
  let last = null; // the newest that waits

  const inTurn = (work, needed) => (...given) => {
    if (!last && !needed()) return work(...given);
    const mine = (last || Promise.resolve())
      .then(() => needed() && tm.labels.whenSent().catch(() => undefined)) // the banner of the page says that it is away
      .then(() => work(...given))
      .finally(() => last === mine && (last = null));
    last = mine;
  };
  /** `work`, which waits for an undo or redo that is on its way. */
  tm.afterSteps = (work) => inTurn(work, tm.labels.stepping);
  /* These wait only behind what waits already. */
  const inOrder = (work) => inTurn(work, () => false);
  tm.actions.undo = inOrder(() => tm.labels.undoLast());
  tm.actions.redo = inOrder(() => tm.labels.redoNext());
})();
