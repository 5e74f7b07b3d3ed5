/* Changes that were refused since somebody else was first: kept until one does them again on the labels as they are now,
   or lets them go. Also over a reload of the page. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const PREFIX = "tidemark-refused:";
  const MOST = 50;
  const VERBS = { move: "Move", nudge: "Nudge", shift: "Shift", relabel: "Relabel", note: "Note on", scope: "Channels of", delete: "Delete", split: "Split", merge: "Merge", restore: "Restore", accept: "Accept", reject: "Reject", reopen: "Take back" };
  const PASSING = ["delete", "reject", "reopen"]; // when what they mean is gone, nothing is left to do
  const kept = new Map(); // uuid -> {recording, command, was, reason, at}

  for (const name of tm.memory.names().filter((one) => one.startsWith(PREFIX))) {
    try {
      kept.set(name.slice(PREFIX.length), JSON.parse(tm.memory.get(name)));
    } catch {
      tm.memory.remove(name);
    }
  }
  const forget = (uuid) => {
    kept.delete(uuid);
    tm.memory.remove(PREFIX + uuid);
    tm.emit("refused");
  };

  const gone = ({ command }) => (command.ids || []).every((id) => !tm.labels.rows.has(id));
  const values = ({ uuid, kind, ids, seen, reading, ...others }) => others;
  /* On the labels as they are now; one that was deleted is first put back as it was. */
  const again = (uuid) => {
    const entry = kept.get(uuid);
    if (!entry || entry.recording !== tm.labels.recording) return;
    forget(uuid);
    const { command, was } = entry;
    if (command.kind === "restore") return tm.restore(command.to);
    if (!gone(entry)) return tm.labels.change(command.kind, command.ids, values(command));
    for (const row of was) putBack(row, command);
  };
  const putBack = (row, command) => {
    const id = tm.uuid();
    const made = command.kind === "accept" ? command : {}; // to put it back is to accept it
    const { x0 = row.x0, x1 = row.x1, label = row.label } = made;
    tm.labels.send({ kind: "add", id, x0, x1, label, channels: row.channels });
    if (row.note && command.kind !== "note") tm.labels.change("note", [id], { note: row.note });
    if (command.kind !== "accept") tm.labels.change(command.kind, [id], values(command));
  };

  const words = ({ command, was }) => {
    const which = was.length === 1 ? `${was[0].label} ${was[0].startText}` : tm.count((command.ids || []).length, "label");
    const times = [command.x0, command.x1].filter(Number.isFinite).map(tm.timeText);
    const typed = [command.startText, command.endText].filter(Boolean);
    const to = [...times, ...typed].join(" – ");
    if (command.kind === "relabel") return `Relabel ${which} as ${command.label}`;
    if (command.kind === "restore") return "Going back in the history";
    return `${VERBS[command.kind] || "Change"} ${which}${to ? ` to ${to}` : ""}`;
  };

  tm.refused = {
    /** The refused changes of the open recording, newest first: [{uuid, words, reason, at}]. */
    list: () =>
      [...kept]
        .filter(([, { recording }]) => recording === tm.labels.recording)
        .map(([uuid, entry]) => ({ uuid, words: words(entry), reason: entry.reason, at: entry.at }))
        .reverse(),
    again,
    forget,
    /** Keep what was refused, and say so. Nothing is kept of a deletion of what is gone, of another reading of the file, or
        of a decision about many, whose number was not what it was: one looks again. */
    add: (entry, reason) => {
      const { command, recording } = entry;
      const here = recording === tm.labels.recording;
      const other = command.reading !== undefined && here && command.reading !== tm.view.recording?.reading;
      const passing = PASSING.includes(command.kind) && here && /gone/.test(reason);
      if (other || passing || command.kind === "decide") return tm.toast(reason, "warning");
      const { uuid } = command;
      while (kept.size >= MOST) forget(kept.keys().next().value);
      kept.set(uuid, { ...entry, was: entry.was || [], reason, at: new Date().toISOString() });
      tm.memory.set(PREFIX + uuid, JSON.stringify(kept.get(uuid)));
      tm.emit("refused");
      tm.toast(reason, "warning", here ? { action: { text: "Do it again", run: () => again(uuid) } } : {});
    },
  };
})();
