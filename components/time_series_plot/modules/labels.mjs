/* Labels of the open recording in the browser. An edit is drawn at once and waits in the queue (queue.mjs) until the
   server confirms it; each answer contains all changes since the revision of the browser. */
import { decisions } from "./decisions.mjs";
import { newUuid, plural, update } from "./dom.mjs";
import { orderedLabels } from "./order.mjs";
import { Queue } from "./queue.mjs";

export default (plot) => {
  const HEARTBEAT = 1800; // ms between polls for changes of others, which must be seen within 2 s
  const MOST_KEPT = 50; // labels of a command whose previous values are stored with it

  const order = orderedLabels();
  const labels = (plot.labels = {
    recording: null,
    revision: -1,
    savedRevision: 0,
    loaded: false,
    rows: order.rows, // by id
    classes: [], // classes of the folder's set, then classes of other sets that labels here use
    labelSet: null,
    selection: new Set(),
    rejectedShown: Boolean(plot.session?.rejectedShown), // rejected suggestions are hidden by default
    undo: null,
    redo: null,
  });
  /** All labels in start order. */
  labels.list = () => order.list;
  /* Number of labels by status, and item numbers by index; computed on the first request after a change. */
  let tally = null;
  labels.tally = () => {
    if (tally) return tally;
    tally = { accepted: 0, suggested: 0, rejected: 0, numbers: [] };
    for (const { status } of order.list) {
      tally[status] += 1;
      tally.numbers.push(status === "accepted" ? tally.accepted : null);
    }
    return tally;
  };
  /** Item number of a label: 1, 2, 3 … in start order, as in saved files; null unless accepted. */
  labels.rank = (id) => labels.tally().numbers[order.place(id)] ?? null;
  /** Suggestions without a decision, in start order. */
  labels.waiting = () => (labels.tally().suggested ? order.list.filter(decisions.open) : []);
  labels.showRejected = (visible) => {
    if (visible === labels.rejectedShown) return;
    labels.rejectedShown = plot.session.rejectedShown = visible;
    plot.emit("rejected");
  };
  labels.classNamed = (name) => labels.classes.find((labelClass) => labelClass.name === name);
  /** Black or white: text colour on the colour of a label. */
  labels.inkOf = ({ classId }) => labels.classes.find(({ id }) => id === classId)?.ink || "#111";
  labels.classOnKey = (key) => labels.classes.find((labelClass) => labelClass.hotkey === key);

  /* The event contains the changed labels before and after: listeners need not look at thousands of labels. */
  const changed = () => {
    const removed = [...labels.selection].filter((id) => !labels.rows.has(id));
    removed.forEach((id) => labels.selection.delete(id));
    const followed = order.follow();
    tally = null;
    plot.emit("labels", followed);
    if (removed.length) plot.emit("selection");
  };

  /* ---- preview of an edit before the server confirms it -------------------------------------------- */
  const ofClass = (label) => {
    const labelClass = labels.classNamed(label);
    return { label, classId: labelClass?.id, color: labelClass ? labelClass.color : "#888888" };
  };
  const between = (...edges) => {
    const [x0, x1] = edges.sort((a, b) => a - b);
    return { x0, x1, startText: plot.timeText(x0), endText: plot.timeText(x1), duration: plot.spanText(x1 - x0) };
  };
  /* New values of a label that a command applies to; null if it is deleted. */
  const MADE = {
    ...decisions.made,
    accept: (row, { x0 = row.x0, x1 = row.x1, label = row.label }) => ({
      ...(x0 !== row.x0 || x1 !== row.x1 ? between(x0, x1) : {}),
      ...(label !== row.label ? ofClass(label) : {}),
      ...decisions.changed(row, x0 !== row.x0 || x1 !== row.x1 || label !== row.label),
    }),
    delete: (row) => (decisions.rejectable(row) ? decisions.rejected : null),
    move: (row, { x0 = row.x0, x1 = row.x1 }) => ({ ...between(x0, x1), ...decisions.changed(row) }),
    relabel: (row, { label }) => ({ ...ofClass(label), ...decisions.changed(row, row.label !== label) }),
    scope: (row, { channels }) => ({ channels, ...decisions.changed(row) }),
    note: (_row, { note }) => ({ note }),
  };
  const show = ({ command }) => {
    const { kind, id, x0, x1, label } = command;
    if (kind === "add" && !labels.rows.has(id)) {
      order.put(id, { ...ofClass(label), ...command, ...between(x0, x1), pending: true, source: "manual", status: "accepted" });
    }
    if (!MADE[kind]) return;
    for (const row of labels.named(command.ids)) {
      const effect = MADE[kind](row, command);
      order.put(row.id, effect && { ...row, ...effect });
    }
  };

  /* ---- edits and answers ------------------------------------------------------------------------- */
  let sent = 0;
  const queue = new Queue(() => {
    const commands = (entries) => entries.map(({ command }) => command);
    plot.ask([...queue.byRecording()].map(([recording, entries]) => ({ recording, commands: commands(entries), since: since(recording), version: labels.version })), (sent += 1));
    showState();
  });
  plot.atEnd(() => queue.stop());
  const since = (recording) => (recording === labels.recording ? (labels.loaded ? labels.revision : -1) : Number.MAX_SAFE_INTEGER);

  /** Send a command and draw its effect at once. Returns its uuid. */
  labels.send = (command) => {
    const { reading } = plot.view.recording || {}; // times refer to samples of the file as it was read for this page
    const was = labels.named((command.ids || []).slice(0, MOST_KEPT)); // needed if it is rejected
    const entry = { recording: labels.recording, command: { uuid: newUuid(), reading, ...command }, was };
    show(entry);
    queue.add(entry); // first: the request is in flight while everything else is drawn
    changed();
    showState();
    return entry.command.uuid;
  };
  /** Resolves when every edit is in the database; rejects if the server does not answer. */
  labels.whenSent = () => (lost ? Promise.reject() : queue.whenSent());
  /** Poll for changes of others. */
  labels.exchange = () => labels.recording !== null && plot.read({ recording: labels.recording, revision: since(labels.recording), version: labels.version });

  /** Handle the results of a request: [{…}] for each of its recordings. */
  labels.answered = ({ nonce, answers }) => {
    answers.forEach(take);
    if (nonce === sent) queue.answered();
    if (nonce) timer = (clearInterval(timer), setInterval(beat, HEARTBEAT)); // it had the changes of others
    showState();
    plot.emit("answered", { nonce, answers });
  };
  /** Handle changes of others. */
  labels.follow = (answer) => labels.answered({ answers: [answer] });
  const take = (answer) => {
    if (answer.error) return refuse(answer);
    if (answer.acked.length + answer.rejected.length) stuck = answer.rejected.some(({ retry }) => retry);
    answer.acked.forEach((uuid) => queue.delete(uuid));
    answer.rejected.forEach(({ uuid, reason, retry, conflict, deleted }) => {
      const entry = queue.get(uuid);
      if (uuid && !entry) return; // already in another answer
      if (retry) queue.giveUpWaiting(); // kept and sent again
      else queue.delete(uuid);
      window.dash_clientside.toasts.done(uuid); // message of the edit
      if (conflict && entry && plot.refused) [entry, ...dropAfter(entry)].forEach((dropped) => plot.refused.add(dropped, reason, deleted));
      else plot.toast(reason, retry ? "error" : "warning");
    });
    if (answer.recording !== labels.recording) return;
    if (answer.revision < labels.revision && !answer.full) return;
    merge(answer);
  };
  /* Edits on top of a rejected edit are rejected too: they refer to labels as it would have left them. */
  const dropAfter = ({ recording, command }) => {
    const onTop = ({ ids = [], seen = {} }) => ids.some((id) => command.ids?.includes(id) && !(id in seen));
    const fallen = queue.of(recording).filter((later) => onTop(later.command));
    fallen.forEach((later) => queue.delete(later.command.uuid));
    return fallen;
  };
  /* The recording cannot be edited: temporarily (edits are kept and sent again), or permanently. */
  const refuse = ({ recording, error, retry }) => {
    plot.toast(error, retry ? "error" : "warning");
    queue.giveUpWaiting();
    if ((stuck = retry)) return;
    for (const { command } of queue.of(recording)) queue.delete(command.uuid);
    if (recording !== labels.recording) return;
    labels.recording = null;
    order.clear();
    changed();
  };
  const merge = (answer) => {
    const refused = answer.rejected.some(({ retry }) => !retry);
    const whole = answer.full || refused;
    const touched = new Set([...answer.remove, ...answer.upsert.map((row) => row.id)]);
    const busy = answer.full || answer.acked.length + answer.rejected.length > 0 || touched.size > 0 || !labels.loaded;
    if (whole && !answer.full) labels.loaded = false; // a rejected command may have drawn a wrong state: read again
    if (answer.full) order.clear();
    answer.remove.forEach((id) => order.put(id, null));
    answer.upsert.forEach((row) => order.put(row.id, row));
    queue.of(labels.recording).forEach(show);
    const { version, revision, saved_revision: savedRevision, undo, redo } = answer;
    const state = [revision, savedRevision, undo, redo].join();
    const stateChanged = state !== labels.state;
    Object.assign(labels, { state, version, revision, savedRevision, undo, redo });
    if (answer.full) labels.loaded = true;
    const followed = labels.setClasses(answer);
    if (busy || followed) changed();
    if (stateChanged) plot.emit("state", answer);
    if (!labels.loaded) labels.exchange();
  };
  let classesText = "";
  labels.setClasses = ({ classes, label_set: labelSet }) => {
    const text = JSON.stringify([classes, labelSet]);
    if (text === classesText) return false;
    classesText = text;
    const before = labels.classes;
    Object.assign(labels, { classes, labelSet });
    plot.emit("classes", before);
    return recolor();
  };
  /* Update names and colours of the visible labels from their classes; returns whether any changed. */
  const recolor = () => {
    const classes = new Map(labels.classes.map((labelClass) => [labelClass.id, labelClass]));
    const changed = [...labels.rows.values()].filter(({ classId, label, color }) => {
      const now = classes.get(classId);
      return now && (now.name !== label || now.color !== color);
    });
    const look = ({ name: label, color }) => ({ label, color });
    for (const row of changed) order.put(row.id, { ...row, ...look(classes.get(row.classId)) });
    return changed.length > 0;
  };

  /* ---- the connection ---------------------------------------------------------------------------- */
  let [lost, stuck] = [false, false]; // the server is away; an edit could not be stored and is sent again
  const showState = () => {
    const state = lost || (stuck && queue.size) ? "lost" : queue.size ? "sending" : "kept";
    const words = { lost: queue.size ? `${plural(queue.size, "change")} waiting` : "Not connected", sending: "Saving…", kept: "All changes kept" };
    const status = update("shell-status", { textContent: state === "kept" && labels.recording === null ? "" : words[state] });
    if (status) status.dataset.state = state;
  };
  /* assets/connection.js sees all requests of the page: the result of each, and whether the server is reachable. */
  plot.listen(document, "tm-request", ({ detail }) => {
    queue.heard(detail.ok);
    lost = detail.lost;
    if (lost) queue.giveUpWaiting();
    showState();
  });
  const beat = () => !document.hidden && !queue.busy && labels.exchange();
  let timer = setInterval(beat, HEARTBEAT);
  plot.atEnd(() => clearInterval(timer));
  plot.listen(document, "visibilitychange", beat);
  plot.listen(window, "pageshow", ({ persisted }) => persisted && beat()); // the page was restored from the browser's cache
  queueMicrotask(() => queue.flush()); // edits that an earlier page did not send

  /* ---- opening and selecting --------------------------------------------------------------------- */
  plot.on("recording", (recording) => {
    Object.assign(labels, { recording: recording.id, revision: -1, loaded: false, undo: null, redo: null, state: "" });
    order.clear();
    labels.selection.clear();
    changed();
    plot.emit("selection");
    showState();
  });
  plot.on("closed", () => {
    labels.recording = null;
    order.clear();
    showState();
  });

  /** Change existing labels: the server rejects the change if somebody else changed a label since we read it. */
  labels.change = (kind, ids, values = {}) => {
    const existing = ids.filter((id) => labels.rows.has(id)); // including pending changes: commands are applied in order
    if (!existing.length) return plot.toast("The label was deleted elsewhere; nothing was changed.", "warning");
    const ours = new Set(queue.of(labels.recording).flatMap(({ command }) => command.ids || [command.id]));
    const settled = existing.filter((id) => !ours.has(id)); // labels of our own pending commands
    const seen = Object.fromEntries(settled.map((id) => [id, labels.rows.get(id).edited]));
    return labels.send({ kind, ids: existing, seen, ...values });
  };

  /** The existing labels of these ids. */
  labels.named = (ids) => ids.map((id) => labels.rows.get(id)).filter(Boolean);
  labels.selected = () => labels.named([...labels.selection]);
  /** Select exactly these labels, in the plot and in the table. */
  labels.select = (ids, from) => {
    if (!ids.length && !labels.selection.size) return;
    labels.selection = new Set(ids);
    plot.emit("selection", from);
  };
  labels.deleteSelected = () => {
    const rows = labels.selected();
    if (!rows.length) return;
    const ids = rows.map(({ id }) => id);
    const rejects = rows.every(decisions.rejectable);
    const uuid = labels.change("delete", ids);
    labels.select([]);
    const words = rejects ? `Rejected ${plural(ids.length, "suggestion")}.` : `Deleted ${plural(ids.length, "label")}.`;
    plot.toastUndoable(words, uuid);
  };
  plot.actions.delete = labels.deleteSelected;
  /* Pending commands can be undone too: commands are applied in order. */
  const underWay = (test = () => true) => queue.of(labels.recording).some(({ command }) => test(command));
  /** Is an undo or a redo in flight? */
  labels.stepping = () => underWay(({ kind }) => kind === "undo" || kind === "redo");
  /** Undo the newest change; with `of` only if it is that one: a message must not undo another edit. */
  labels.undoLast = (of) => (labels.undo || underWay()) && labels.send({ kind: "undo", of });
  labels.redoNext = () => labels.redo && labels.send({ kind: "redo" });
};
