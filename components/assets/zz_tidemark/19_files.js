/* What scripts that are not yet Python still ask of the files (callbacks/file_*.py): goes away with them. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const store = (name, data) => tm.set(`shell-files-${name}`, { data: { ...data, nonce: tm.uuid() } });

  tm.files = { href: (id) => `/label/${id}` };

  tm.actions.renamed = (path) => void (path && tm.view?.recording && (tm.view.recording.path = path));

  /* What is done is saved, with the labels that are on their way. */
  tm.actions.doneWhenSent = async (asked) => {
    if (!asked) return;
    try {
      await tm.labels?.whenSent();
      store("done", asked);
    } catch {
      tm.toast("Not marked: not all changes are in the database yet. They are kept; try again when they are.", "error");
    }
  };
  tm.actions.fileDone = () => tm.view?.recording && void tm.actions.doneWhenSent({ open: tm.view.recording.id });

  /* An edit of labels changes what the tree says of the file: sooner than the heartbeat. */
  let timer = 0;
  tm.on("state", () => {
    timer = timer || setTimeout(() => ((timer = 0), tm.set("shell-beat", { n_intervals: Date.now() })), 250);
  });

  /* Labels that are on their way mean the samples as they are now: they go first. */
  tm.actions.readAgain = async () => {
    try {
      await tm.labels?.whenSent();
      tm.set("details-read-sent", { data: tm.uuid() });
    } catch {
      tm.toast("Not all changes are in the database yet. They are kept; read again when they are.", "error");
    }
  };
  /* A file of which only units were read differently stays in view. */
  const samples = (reading) => reading.split("#")[0];
  let before = null;
  tm.on("recording", (recording) => {
    const same = before && before.id === recording.id && samples(before.reading) === samples(recording.reading);
    if (same) tm.view.range = [...before.range];
    before = { id: recording.id, reading: recording.reading, range: tm.view.range };
  });
  tm.on("view", (range) => before && (before.range = range));
  tm.on("closed", () => (before = null));
})();
