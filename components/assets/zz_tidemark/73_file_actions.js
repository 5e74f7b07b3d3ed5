/* What is done with files: rename, move, delete and restore, done. Used by the tree and by the page of files. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { files } = tm;

  /* ---- dialogs of these actions ----------------------------------------------------------------------- */
  /** A dialog with a title, content and one main button; `run` says whether it may close. */
  const ask = (title, content, action, run, kind = "primary") => {
    const before = document.activeElement;
    const cancel = tm.element("button", { type: "button", className: "btn btn-link" }, "Cancel");
    const main = tm.element("button", { type: "submit", className: `btn btn-${kind}` }, action);
    const heading = tm.element("h2", { id: "tm-ask-title" }, title);
    const form = tm.element("form", { method: "dialog" }, heading, ...content, tm.element("div", { className: "tm-ask-buttons" }, cancel, main));
    const dialog = tm.element("dialog", { className: "tm-ask", "aria-labelledby": "tm-ask-title" }, form);
    const close = () => {
      dialog.close();
      dialog.remove();
      if (before && before.isConnected) before.focus();
    };
    cancel.onclick = close;
    dialog.oncancel = close;
    dialog.addEventListener("keydown", (event) => event.stopPropagation()); // keys of the page do not work in it
    form.onsubmit = async (event) => {
      event.preventDefault();
      main.disabled = true;
      if (await run()) close();
      main.disabled = false;
    };
    document.body.append(dialog);
    dialog.showModal();
    return { dialog, main };
  };

  const known = (ids) => ids.map((id) => files.byId.get(id)).filter(Boolean);
  const told = (answer) => {
    if (!answer) return false;
    if (answer.sentence) tm.toast(answer.sentence, "warning");
    tm.refreshFiles();
    return true;
  };

  /* ---- delete and restore ----------------------------------------------------------------------------- */
  const restore = async (ids) => {
    const answer = await files.ask("restore", { recordings: ids });
    if (!answer) return;
    tm.refreshFiles();
    const [one] = answer.files;
    tm.toast(answer.files.length === 1 ? `${one.path} is back, with its labels.` : `${tm.count(answer.files.length, "file")} are back, with their labels.`, "success");
    tm.emit("trash");
    return answer.files;
  };
  const remove = async (ids) => {
    const open = tm.view.recording && ids.includes(tm.view.recording.id);
    const answer = await files.ask("delete", { recordings: ids });
    if (!answer) return false;
    if (open && location.pathname.startsWith("/label/")) {
      const left = [...files.byId.keys()].filter((id) => !ids.includes(id));
      tm.view.recording = null;
      tm.go(left.length ? files.href(tm.tree.nextOpen(ids.at(-1)) ?? left[0]) : "/files");
    }
    tm.refreshFiles();
    tm.emit("trash");
    const kept = answer.saved ? ` ${answer.saved === 1 ? "Its saved labels stay" : "Their saved labels stay"} in outputs/.` : "";
    tm.toast(`${tm.count(answer.ids.length, "file")} deleted; the trash keeps ${answer.ids.length === 1 ? "it" : "them"} for 30 days.${kept}`, "info", {
      action: { text: "Undo", run: () => restore(answer.ids) },
      lasting: true,
    });
    return true;
  };
  const removeAsked = (ids, what) => {
    const some = known(ids);
    if (!some.length) return;
    const labels = some.reduce((sum, file) => sum + file.labels, 0);
    const unsaved = some.filter(({ state }) => state === "unsaved").length;
    const lines = [`${tm.count(some.length, "file")} with ${labels ? tm.count(labels, "label") : "no labels"}.`];
    if (unsaved) lines.push(`${tm.count(unsaved, "file has", "files have")} labels that are not saved to outputs/.`);
    lines.push("The trash keeps files and labels for 30 days; until then they can be restored.");
    const title = what || (some.length === 1 ? `Delete ${tm.tree.nameOf(some[0].path)}?` : `Delete ${tm.count(some.length, "file")}?`);
    const { main } = ask(title, lines.map((line) => tm.element("p", {}, line)), "Delete", () => remove(ids), "danger");
    main.focus();
  };

  /* ---- move --------------------------------------------------------------------------------------------- */
  /** Every folder there is, in order. */
  files.folders = () => {
    const found = new Set();
    for (const { path } of files.byId.values()) {
      for (let cut = path.indexOf("/"); cut >= 0; cut = path.indexOf("/", cut + 1)) found.add(path.slice(0, cut));
    }
    return [...found].sort(new Intl.Collator("en", { numeric: true }).compare);
  };
  const move = (rows) => {
    const name = rows.length === 1 ? rows[0].name : `${rows.length} entries`;
    const list = tm.element("datalist", { id: "tm-folders" }, ...files.folders().map((path) => tm.element("option", { value: path })));
    const input = tm.element("input", { className: "form-control", id: "tm-move-to", autocomplete: "off", placeholder: "the topmost folder" });
    input.setAttribute("list", "tm-folders");
    const first = rows[0].kind === "folder" ? rows[0].path : rows[0].file.path;
    input.value = first.slice(0, Math.max(0, first.lastIndexOf("/")));
    const label = tm.element("label", { htmlFor: "tm-move-to" }, "Into the folder (a new name makes one)");
    const body = () => ({
      recordings: rows.filter(({ kind }) => kind === "file").map(({ file }) => file.id),
      folders: rows.filter(({ kind }) => kind === "folder").map(({ path }) => path),
      to: input.value.trim(),
    });
    ask(`Move ${name}`, [label, input, list], "Move", async () => told(await files.ask("move", body())));
    input.select();
  };

  /* ---- rename: in its place in the tree ----------------------------------------------------------------- */
  const rename = (row) => {
    const grid = tm.tree.grid();
    const node = grid && grid.getRowNode(row.id);
    if (!node) return;
    grid.ensureNodeVisible(node);
    requestAnimationFrame(() => {
      const place = document.querySelector(`#shell-files-tree .ag-center-cols-container [row-id="${CSS.escape(row.id)}"] .tm-node-name`);
      const pane = document.querySelector(".tm-tree");
      if (!place || !pane) return;
      const [box, frame] = [place.getBoundingClientRect(), pane.getBoundingClientRect()];
      const input = tm.element("input", { className: "tm-rename", value: row.name, spellcheck: false, "aria-label": `New name of ${row.name}` });
      input.style.top = `${box.top - frame.top - 3}px`;
      input.style.left = `${box.left - frame.left - 5}px`;
      let ended = false;
      const end = (focus) => {
        if (ended) return;
        ended = true;
        input.remove();
        if (focus) grid.setFocusedCell(node.rowIndex, "name");
      };
      const commit = async () => {
        const name = input.value.trim();
        if (!name || name === row.name) return end(true);
        const what = row.kind === "folder" ? { folder: row.path } : { recording: row.file.id };
        if (told(await files.ask("rename", { ...what, name }))) end(true);
        else input.focus();
      };
      input.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Enter") commit();
        else if (event.key === "Escape") end(true);
      });
      input.onblur = () => setTimeout(() => document.activeElement !== input && end(false), 150);
      pane.append(input);
      input.focus();
      const dot = row.kind === "file" ? row.name.lastIndexOf(".") : -1;
      input.setSelectionRange(0, dot > 0 ? dot : row.name.length);
    });
  };

  /* ---- done --------------------------------------------------------------------------------------------- */
  const done = async (ids, value) => {
    try {
      await tm.labels.whenSent(); // what is done is saved, with the labels on their way
    } catch {
      return tm.toast("Not marked: not all changes are in the database yet. They are kept; try again when they are.", "error"), null;
    }
    const answer = await files.ask("done", { recordings: ids, done: value });
    if (!answer) return null;
    if (answer.sentence) return tm.toast(answer.sentence, "warning"), null;
    if (answer.saved) tm.labels.exchange();
    tm.refreshFiles();
    return answer;
  };
  const doneAndNext = async () => {
    const open = tm.view.recording;
    if (!open) return;
    const next = tm.tree.nextOpen(open.id);
    const answer = await done([open.id], true);
    if (!answer) return;
    const name = tm.tree.nameOf(open.path);
    const saved = answer.saved ? ", labels saved" : "";
    if (next !== null) tm.go(files.href(next));
    tm.toast(next === null ? `${name} is done${saved}. No file is left to do.` : `${name} is done${saved}.`, "success", {
      action: { text: "Undo", run: () => done([open.id], false) },
      lasting: true,
    });
  };
  tm.keys.define("done", doneAndNext);
  const isOpenDone = () => Boolean(tm.view.recording && files.byId.get(tm.view.recording.id)?.done);
  tm.actions.fileDone = () => (isOpenDone() ? done([tm.view.recording.id], false) : doneAndNext());
  const drawDone = () => {
    const button = tm.byId("label-done-button");
    if (!button) return;
    const value = isOpenDone();
    button.querySelector("span").textContent = value ? "Not done" : "Done";
    button.setAttribute("aria-pressed", String(value));
  };
  tm.on("files", drawDone);
  tm.on("recording", () => setTimeout(drawDone));

  Object.assign(files, { ask: files.ask, dialog: ask, restore, remove: removeAsked, move, rename, done });

  /* The page of a deleted file. */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("[data-restore]");
    if (button && (await restore([Number(button.dataset.restore)]))) location.reload();
  });
})();
