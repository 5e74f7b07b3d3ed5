/* The labels of the open recording as the browser knows them, and the commands on their way to the server.

   Every edit is a command with its own uuid. It shows at once, is kept in localStorage until the server
   acknowledges it, and is sent again (the same uuid is applied once) until then: answers
   can be overtaken or lost, so each request carries all commands not yet acknowledged, and each answer all that changed
   since the revision the browser had. A request without commands is the heartbeat that
   brings other people's edits. */
import { shell } from "./bridge.mjs";
import { decisions } from "./decisions.mjs";
import { byId, memory, newUuid, plural } from "./dom.mjs";
import { orderOf } from "./order.mjs";

export default (plot) => {
  const PREFIX = "tidemark-command:";
  const HEARTBEAT = 1000;
  const MOST_KEPT = 50; // labels of a command whose look is kept beside it
  const LONGEST = 30_000; // then a request is given up: it would be in the way of newer ones
  const PATIENCE = 5000; // a busy machine may take seconds; what is lost is said within ten

  const labels = (plot.labels = {
    recording: null,
    revision: -1,
    savedRevision: 0,
    loaded: false,
    rows: new Map(),
    classes: [], // those of the folder's set, then those of other sets that labels here have
    labelSet: null,
    selection: new Set(),
    rejectedShown: false, // rejected suggestions are hidden until somebody wants to see them
    undo: null,
    redo: null,
  });
  const order = orderOf(labels.rows);
  /** All labels in start order. */
  labels.list = () => order.list;
  /** Place of a label in that order, from 0. */
  labels.place = (id) => order.place(id);
  /* How many there are of each status, and the item numbers by place; counted when somebody asks after a change. */
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
  /** Item number of a label: 1, 2, 3 … in start order, as Save writes it; null for one that is not accepted. */
  labels.rank = (id) => labels.tally().numbers[order.place(id)] ?? null;
  /** Suggestions that wait for a decision, in start order. */
  labels.waiting = () => (labels.tally().suggested ? order.list.filter(decisions.open) : []);
  labels.classNamed = (name) => labels.classes.find((known) => known.name === name);
  labels.classOnKey = (key) => labels.classes.find((known) => known.hotkey === key);

  /* What is new or not as it was, and what is gone or was otherwise, goes along: with thousands of labels nobody wants
     to look at all of them. */
  const changed = () => {
    const gone = [...labels.selection].filter((id) => !labels.rows.has(id));
    gone.forEach((id) => labels.selection.delete(id));
    const followed = order.follow();
    tally = null;
    plot.emit("labels", followed);
    if (gone.length) plot.emit("selection");
  };

  /* ---- commands not yet acknowledged ------------------------------------------------------------- */
  const queue = new Map(); // uuid -> {recording, command}
  const remember = (uuid, entry) => {
    queue.set(uuid, entry);
    memory.set(PREFIX + uuid, JSON.stringify(entry));
  };
  const forget = (uuid) => {
    queue.delete(uuid);
    memory.remove(PREFIX + uuid);
  };
  const recall = () => {
    for (const name of memory.names().filter((one) => one.startsWith(PREFIX))) {
      try {
        queue.set(name.slice(PREFIX.length), JSON.parse(memory.get(name)));
      } catch {
        memory.remove(name);
      }
    }
  };
  recall();

  const show = ({ command }) => {
    if (command.kind === "add") {
      const known = labels.classNamed(command.label);
      const [x0, x1] = [Math.min(command.x0, command.x1), Math.max(command.x0, command.x1)];
      if (!labels.rows.has(command.id)) {
        const color = command.color || (known ? known.color : "#888888");
        const text = { startText: plot.timeText(x0), endText: plot.timeText(x1), duration: plot.spanText(x1 - x0) };
        labels.rows.set(command.id, { ...command, x0, x1, classId: known?.id, color, pending: true, source: "manual", status: "accepted", ...text });
      }
    } else if (command.kind === "delete") {
      for (const id of command.ids) {
        const row = labels.rows.get(id);
        if (row && decisions.rejectable(row)) replace(id, decisions.rejected);
        else labels.rows.delete(id);
      }
    } else if (command.kind in decisions.made) {
      decided(command);
    } else if (command.kind === "move") {
      moved(command.ids[0], { x0: command.x0, x1: command.x1 });
      change(command.ids[0]);
    } else if (command.kind === "relabel") {
      for (const id of command.ids) {
        change(id, labels.rows.get(id)?.label !== command.label);
        relabelled(id, command.label);
      }
    } else if (command.kind === "scope") {
      for (const id of command.ids) {
        replace(id, { channels: command.channels });
        change(id);
      }
    } else if (command.kind === "note") {
      for (const id of command.ids) replace(id, { note: command.note });
    }
  };
  const replace = (id, values) => {
    const row = labels.rows.get(id);
    if (row) labels.rows.set(id, { ...row, ...values });
  };
  const relabelled = (id, label) => {
    const known = labels.classNamed(label);
    replace(id, { label, classId: known?.id, color: known ? known.color : "#888888" });
  };
  const change = (id, edited) => {
    const row = labels.rows.get(id);
    if (row) replace(id, decisions.changed(row, edited));
  };
  const decided = (command) => {
    const meant = command.kind === "decide" ? order.list.filter((row) => decisions.meant(command, row)).map(({ id }) => id) : command.ids;
    for (const id of meant) {
      const row = labels.rows.get(id);
      if (!row) continue;
      replace(id, decisions.made[command.kind](row, command));
      if (command.kind !== "accept") continue;
      if (command.label !== undefined) relabelled(id, command.label);
      if (command.x0 !== undefined || command.x1 !== undefined) moved(id, command);
    }
  };
  const moved = (id, { x0, x1 }) => {
    const row = labels.rows.get(id);
    if (!row) return;
    const edges = [x0 ?? row.x0, x1 ?? row.x1].sort((a, b) => a - b);
    const [startText, endText] = edges.map(plot.timeText);
    replace(id, { x0: edges[0], x1: edges[1], startText, endText, duration: plot.spanText(edges[1] - edges[0]) });
  };

  /** Send a command; it shows at once. Returns its uuid. */
  labels.send = (command) => {
    const { reading } = plot.view.recording || {}; // times mean samples of the file as it was read for this page
    const was = (command.ids || []).slice(0, MOST_KEPT).map((id) => labels.rows.get(id)); // for the case of a refusal
    const entry = { recording: labels.recording, command: { uuid: newUuid(), reading, ...command }, was: was.filter(Boolean) };
    remember(entry.command.uuid, entry);
    show(entry);
    changed();
    exchange();
    return entry.command.uuid;
  };

  /* ---- the exchange ------------------------------------------------------------------------------ */
  const connection = { nonce: 0, taken: 0, asked: 0, answered: 0, sent: 0, open: 0, lost: false };
  let waiting = [];

  const requests = () => {
    const byRecording = new Map();
    if (labels.recording !== null) byRecording.set(labels.recording, []);
    for (const { recording, command } of queue.values()) {
      byRecording.set(recording, [...(byRecording.get(recording) || []), command]);
    }
    return [...byRecording].map(([recording, commands]) => ({
      recording,
      commands,
      since: recording === labels.recording ? (labels.loaded ? labels.revision : -1) : Number.MAX_SAFE_INTEGER,
    }));
  };
  const exchange = () => {
    connection.nonce += 1;
    connection.asked = connection.asked || performance.now();
    showState();
    ask(connection.nonce);
  };
  /* By a plain request: by way of Dash's stores and callbacks the browser is busy with it for longer than the server.
     A newer request holds all commands of an older one, so that an answer which was overtaken says nothing new. */
  const ask = async (nonce) => {
    let [response, answer] = [null, null];
    connection.sent = performance.now();
    connection.open += 1;
    try {
      response = await fetch("/exchange", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ nonce, requests: requests() }),
        signal: AbortSignal.timeout(LONGEST),
      });
      answer = await response.json();
    } catch {
      return; // silence is noticed by the heartbeat, which asks again
    } finally {
      connection.open -= 1;
    }
    if (!response.ok) shell.toast(answer.error, "error");
    else if (nonce > connection.taken) takeAnswers(answer);
  };
  labels.exchange = exchange;

  const take = (answer) => {
    if (answer.error) return refuse(answer);
    answer.acked.forEach(forget);
    answer.rejected.forEach(({ uuid, reason, retry, conflict }) => {
      const entry = queue.get(uuid);
      if (uuid && !entry) return; // told already: several requests on their way had it
      if (retry) giveUpWaiting(); // it is kept, and sent again with the next beat
      else forget(uuid);
      shell.toastsDone(uuid); // what said that it was done
      if (conflict && entry) plot.refused.add(entry, reason);
      else shell.toast(reason, retry ? "error" : "warning");
    });
    if (answer.recording !== labels.recording) return;
    if (answer.revision < labels.revision && !answer.full) return;
    merge(answer);
  };
  /* The recording as a whole cannot be worked on: for the moment (all is kept and sent again), or for good. */
  const refuse = ({ recording, error, retry }) => {
    shell.toast(error, retry ? "error" : "warning");
    giveUpWaiting();
    if (retry) return;
    for (const [uuid, entry] of queue) if (entry.recording === recording) forget(uuid);
    if (recording !== labels.recording) return;
    labels.recording = null;
    labels.rows.clear();
    changed();
  };
  const giveUpWaiting = () => waiting.splice(0).forEach(({ reject }) => reject());
  const merge = (answer) => {
    const refused = answer.rejected.some(({ retry }) => !retry);
    const whole = answer.full || refused;
    const touched = new Set([...answer.remove, ...answer.upsert.map((row) => row.id)]);
    const busy = answer.acked.length + answer.rejected.length > 0 || touched.size > 0 || !labels.loaded;
    if (whole && !answer.full) labels.loaded = false; // a refused command may have shown what is not so: read again
    if (answer.full) labels.rows.clear();
    answer.remove.forEach((id) => labels.rows.delete(id));
    answer.upsert.forEach((row) => labels.rows.set(row.id, row));
    for (const entry of queue.values()) if (entry.recording === labels.recording) show(entry);
    const state = [answer.revision, answer.saved_revision, answer.undo, answer.redo].join();
    const stateChanged = state !== labels.state;
    Object.assign(labels, {
      state,
      revision: answer.revision,
      savedRevision: answer.saved_revision,
      undo: answer.undo,
      redo: answer.redo,
    });
    if (answer.full) labels.loaded = true;
    const followed = setClasses(answer);
    if (busy || followed) changed();
    if (stateChanged) plot.emit("state", answer);
    if (!labels.loaded) exchange();
  };
  let classesText = "";
  const setClasses = ({ classes, label_set: labelSet }) => {
    const text = JSON.stringify([classes, labelSet]);
    if (text === classesText) return false;
    classesText = text;
    const before = labels.classes;
    Object.assign(labels, { classes, labelSet });
    plot.emit("classes", before);
    return follow();
  };
  /* The labels that are shown take the name and the colour that their class has now; says whether any did. */
  const follow = () => {
    const known = new Map(labels.classes.map((one) => [one.id, one]));
    const changed = [...labels.rows.values()].filter(({ classId, label, color }) => {
      const now = known.get(classId);
      return now && (now.name !== label || now.color !== color);
    });
    for (const { id, classId } of changed) replace(id, { label: known.get(classId).name, color: known.get(classId).color });
    return changed.length > 0;
  };

  const takeAnswers = (payload) => {
    connection.taken = payload.nonce;
    connection.answered = performance.now();
    connection.asked = payload.nonce === connection.nonce ? 0 : connection.answered; // newer ones are on their way
    if (connection.lost) shell.toast("The server is back.", "success");
    connection.lost = false;
    payload.answers.forEach(take);
    showState();
    if (queue.size === 0) waiting.splice(0).forEach(({ resolve }) => resolve());
    plot.emit("answered", payload);
  };

  /** Resolves when every command is in the database; rejects when the server does not answer. */
  labels.whenSent = () =>
    new Promise((resolve, reject) => {
      if (connection.lost) reject();
      else if (queue.size === 0) resolve();
      else waiting.push({ resolve, reject });
    });

  const showState = () => {
    const status = byId("shell-status");
    const banner = byId("shell-connection");
    if (!status || !banner) return;
    banner.hidden = !connection.lost;
    status.dataset.state = connection.lost ? "lost" : queue.size ? "sending" : "kept";
    const words = { lost: queue.size ? `${plural(queue.size, "change")} waiting` : "Not connected", sending: "Saving…", kept: "All changes kept" };
    status.textContent = labels.recording === null && !queue.size ? "" : words[status.dataset.state];
  };
  const beat = () => {
    if (!byId("shell-status")) return; // the page is not there yet
    const silent = connection.asked && performance.now() - connection.asked > PATIENCE;
    if (silent && !connection.lost) {
      connection.lost = true;
      giveUpWaiting();
    }
    // a change of thousands of labels takes seconds: to ask for it again would make it take longer
    if (connection.open && performance.now() - connection.sent < PATIENCE) return;
    if (silent || queue.size > 0 || !document.hidden) exchange();
  };
  plot.every(HEARTBEAT, beat);
  plot.listen(document, "visibilitychange", () => document.hidden || exchange());
  plot.listen(window, "pageshow", ({ persisted }) => persisted && exchange()); // the page was left and is back

  /* ---- opening and selecting --------------------------------------------------------------------- */
  plot.on("recording", (recording) => {
    Object.assign(labels, { recording: recording.id, revision: -1, loaded: false, undo: null, redo: null, state: "" });
    labels.rows.clear();
    labels.selection.clear();
    changed();
    plot.emit("selection");
    exchange();
  });
  plot.on("closed", () => {
    labels.recording = null;
    labels.rows.clear();
    showState();
  });

  /** Change labels that are there: the server refuses when somebody else changed one since we saw it. */
  labels.change = (kind, ids, values = {}) => {
    const there = ids.filter((id) => labels.rows.has(id)); // also those on their way: commands are applied in order
    if (!there.length) return;
    const ours = new Set([...queue.values()].flatMap(({ command }) => command.ids || [command.id]));
    const settled = there.filter((id) => !ours.has(id)); // the others we are changing ourselves just now
    const seen = Object.fromEntries(settled.map((id) => [id, labels.rows.get(id).edited]));
    return labels.send({ kind, ids: there, seen, ...values });
  };

  /** Select exactly these labels, in the plot and in the table. */
  labels.select = (ids, from) => {
    if (!ids.length && !labels.selection.size) return;
    labels.selection = new Set(ids);
    plot.emit("selection", from);
  };
  labels.deleteSelected = () => {
    const ids = [...labels.selection].filter((id) => labels.rows.has(id));
    if (!ids.length) return;
    const rejects = ids.every((id) => decisions.rejectable(labels.rows.get(id)));
    const uuid = labels.change("delete", ids);
    labels.select([]);
    const words = rejects ? `Rejected ${plural(ids.length, "suggestion")}.` : `Deleted ${plural(ids.length, "label")}.`;
    plot.toastUndoable(words, uuid);
  };
  plot.actions.deleteSelected = labels.deleteSelected;
  /* What is on its way can be undone too: commands are applied in order. */
  const underWay = (test = () => true) => [...queue.values()].some(({ recording, command }) => recording === labels.recording && test(command));
  /** Is an undo or a redo on its way? */
  labels.stepping = () => underWay(({ kind }) => kind === "undo" || kind === "redo");
  /** Take the newest change back; where `of` is given, only if it is that one: what a message offers is not another's work. */
  labels.undoLast = (of) => {
    if (labels.undo || underWay()) labels.send({ kind: "undo", of });
  };
  labels.redoNext = () => {
    if (labels.redo) labels.send({ kind: "redo" });
  };
};
