/* Changes rejected because of an earlier change by somebody else: kept, also over a reload of the page, until the user
   applies them to the current labels or discards them. */
import { Kept, newUuid } from "./dom.mjs";

export default (plot) => {
  const MOST = 50;
  const PASSING = ["delete", "reject", "reopen"]; // nothing remains to do if these labels no longer exist
  const edits = new Kept("tidemark-refused:"); // uuid -> {recording, command, was, reason, at}

  const forget = (uuid) => {
    edits.delete(uuid);
    plot.emit("refused");
  };

  const isObsolete = ({ command }) => (command.ids || []).every((id) => !plot.labels.rows.has(id));
  const values = ({ uuid, kind, ids, seen, reading, ...rest }) => rest;
  /* Apply to the current labels; a deleted label is first restored. */
  const again = (uuid) => {
    const entry = edits.get(uuid);
    if (!entry || entry.recording !== plot.labels.recording) return;
    forget(uuid);
    const { command, was } = entry;
    if (command.kind === "restore") return plot.tell({ restore: { to: command.to, uuid } });
    if (!isObsolete(entry)) return plot.labels.change(command.kind, command.ids, values(command));
    for (const row of was) putBack(row, command);
  };
  const putBack = (row, command) => {
    const id = newUuid();
    const accepting = command.kind === "accept" ? command : {}; // restoring accepts it
    const { x0 = row.x0, x1 = row.x1, label = row.label } = accepting;
    plot.labels.send({ kind: "add", id, x0, x1, label, channels: row.channels });
    if (row.note && command.kind !== "note") plot.labels.change("note", [id], { note: row.note });
    if (command.kind !== "accept") plot.labels.change(command.kind, [id], values(command));
  };

  /* Description of a change, worded by components/label/history.py. */
  const about = ({ command, was }) => ({
    kind: command.kind,
    count: (command.ids || []).length,
    first: was.length === 1 ? `${was[0].label} ${was[0].startText}` : null,
    label: command.label,
    to: [...[command.x0, command.x1].filter(Number.isFinite).map(plot.timeText), command.startText, command.endText].filter(Boolean),
  });

  plot.actions["refused-again"] = again;
  plot.actions["refused-forget"] = forget;
  plot.refused = {
    /** The rejected changes of the open recording, newest first: [{uuid, reason, at, kind, count, first, label, to}]. */
    list: () =>
      [...edits]
        .filter(([, { recording }]) => recording === plot.labels.recording)
        .map(([uuid, entry]) => ({ uuid, reason: entry.reason, at: entry.at, ...about(entry) }))
        .reverse(),
    /** Keep a rejected edit, with a message. Not kept: a deletion of a missing label, an edit from another reading of
        the file, and a bulk decision whose number of labels changed. */
    add: (entry, reason, deleted) => {
      const { command, recording } = entry;
      const isOpen = recording === plot.labels.recording;
      const isReread = command.reading !== undefined && isOpen && command.reading !== plot.view.recording?.reading;
      const passing = PASSING.includes(command.kind) && isOpen && deleted;
      if (isReread || passing || command.kind === "decide") return plot.toast(reason, "warning");
      const { uuid } = command;
      while (edits.size >= MOST) forget(edits.keys().next().value);
      edits.set(uuid, { ...entry, was: entry.was || [], reason, at: new Date().toISOString() });
      plot.emit("refused");
      plot.toast(reason, "warning", isOpen ? { action: { text: "Do it again", act: "refused-again", of: uuid } } : {});
    },
  };
};
