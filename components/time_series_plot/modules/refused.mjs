/* Changes rejected because of an earlier change by another user: kept, also over a reload of the page, until the user
   applies them to the current labels (callbacks/refused.py) or discards them. */
import { Kept } from "./dom.mjs";

export default (plot) => {
  const MOST = 50;
  const PASSING = ["delete", "reject", "reopen"]; // nothing remains to do if these labels no longer exist
  const edits = new Kept("tidemark-refused:"); // uuid -> {recording, command, was, reason, at}

  const forget = (uuid) => {
    edits.delete(uuid);
    plot.emit("refused");
  };
  plot.actions["refused-forget"] = forget;
  plot.refused = {
    forget,
    /** The rejected changes of the open recording, newest first: [{uuid, recording, command, was, reason, at}]. */
    list: () =>
      [...edits]
        .map(([uuid, entry]) => ({ uuid, ...entry }))
        .filter(({ recording }) => recording === plot.labels.recording)
        .reverse(),
    /** Keep a rejected edit, with a message. Not kept: a deletion of a missing label, an edit from another reading of
        the file, and a bulk decision whose number of labels changed. */
    add: ({ recording, command, was = [] }, reason, deleted) => {
      const isOpen = recording === plot.labels.recording;
      const isReread = command.reading !== undefined && isOpen && command.reading !== plot.view.recording?.reading;
      const passing = PASSING.includes(command.kind) && isOpen && deleted;
      if (isReread || passing || command.kind === "decide") return plot.toast(reason, "warning");
      const { uuid } = command;
      while (edits.size >= MOST) forget(edits.keys().next().value);
      edits.set(uuid, { recording, command, was, reason, at: new Date().toISOString() });
      plot.emit("refused");
      const action = { text: "Do it again", store: "history-again", data: { uuid, command, was } };
      plot.toast(reason, "warning", isOpen ? { action } : {});
    },
  };
};
