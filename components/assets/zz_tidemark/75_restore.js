/* Going back in the history of a file. Where it takes away much, or others' work, it asks first; Reset always asks. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const MUCH = 20; // labels that change; so many one does not take in at a glance

  const outlook = async (to) => {
    const response = await fetch(`/history/${tm.labels.recording}/back/${to}`);
    const found = await response.json();
    if (!response.ok) throw new Error(found.error);
    return found;
  };
  const counts = ({ back, removed, changed }) =>
    [
      [removed, "is removed", "are removed"],
      [back, "comes back", "come back"],
      [changed, "changes", "change"],
    ]
      .filter(([number]) => number)
      .map(([number, one, many]) => `${tm.count(number, "label")} ${number === 1 ? one : many}`);
  const sentences = (found) => {
    const others = [
      found.suggestions && `${tm.count(found.suggestions, "suggestion")} ${found.suggestions === 1 ? "is" : "are"} among them.`,
      found.others && `${found.others.toLocaleString("en")} of them ${found.others === 1 ? "is" : "are"} the work of somebody else.`,
      "It is one change: Undo takes it back, also later.",
    ];
    return others.filter(Boolean).map((text) => tm.element("p", {}, text));
  };
  const ask = (title, submit, found, run) => {
    const list = tm.element("ul", {}, ...counts(found).map((text) => tm.element("li", {}, text)));
    tm.dialog({ title, body: [list, ...sentences(found)], submit, run, danger: true });
  };

  /** Go back to `to`: a revision, "saved" or "empty". */
  tm.restore = async (to) => {
    const reset = typeof to === "string";
    let found = null;
    try {
      await tm.labels.whenSent();
      found = await outlook(to);
    } catch (error) {
      return tm.toast(error?.message || "The server does not answer; nothing was changed.", "warning");
    }
    const number = found.back + found.removed + found.changed;
    if (!number) return tm.toast(to === "empty" ? "This file has no labels." : "The labels are like that already.");
    const send = () => {
      const uuid = tm.labels.send({ kind: "restore", to, asked_at: found.revision });
      tm.toastUndoable(`${counts(found).join(", ")}.`, uuid);
    };
    if (!reset && number <= MUCH && !found.others) return send();
    if (to === "saved") ask("Reset to last saved?", "Reset", found, send);
    else if (to === "empty") ask("Remove all labels of this file?", "Remove", found, send);
    else ask("Restore to this point?", "Restore", found, send);
  };
  tm.actions.resetToSaved = () => tm.restore("saved");
  tm.actions.removeAllLabels = () => tm.restore("empty");
})();
