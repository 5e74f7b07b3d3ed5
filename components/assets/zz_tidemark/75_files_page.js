/* The page of all files: how far the job is, the table, the trash. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { files, gridFunctions: functions, gridRenderers: renderers } = tm;
  const h = (...all) => React.createElement(...all);
  const { element } = tm;
  const PAUSE = 800; // between two looks at the sums while labels are being made
  const NATURAL = new Intl.Collator("en", { numeric: true });

  let table = null;
  let showing = "files";
  let search = "";

  /* ---- words ------------------------------------------------------------------------------------------ */
  const duration = (seconds) => {
    if (seconds < 60) return seconds < 1 ? `${Number((seconds * 1000).toPrecision(3))} ms` : `${Number(seconds.toPrecision(3))} s`;
    const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
    const first = parts.findIndex(([size]) => seconds >= size);
    let left = Math.round(seconds);
    return parts
      .slice(first, first + 2)
      .map(([size, unit]) => [Math.floor(left / size), unit, (left %= size)])
      .filter(([number], place) => number || !place)
      .map(([number, unit]) => `${number} ${unit}`)
      .join(" ");
  };
  const bytes = (size) => {
    const units = ["B", "kB", "MB", "GB", "TB"];
    const step = size ? Math.min(4, Math.floor(Math.log10(size) / 3)) : 0;
    return `${Number((size / 1000 ** step).toPrecision(3)).toLocaleString("en")} ${units[step]}`;
  };
  const share = (part, all) => (all ? `${((100 * part) / all).toFixed(part && part / all < 0.1 ? 1 : 0)} %` : "");
  const none = (value) => value === null || value === undefined;
  functions.tidemarkCount = ({ value }) => (none(value) ? "" : value.toLocaleString("en"));
  functions.tidemarkSeconds = ({ value }) => (none(value) ? "" : duration(value));
  functions.tidemarkBytes = ({ value }) => (none(value) ? "" : bytes(value));
  functions.tidemarkMoment = ({ value }) => (value ? new Date(value).toLocaleString("sv").slice(0, 16) : "");
  functions.tidemarkNatural = (one, other) => NATURAL.compare(one, other);
  let classes = [];
  functions.tidemarkClassesOf = ({ data }) =>
    classes.filter(({ id }) => data.classes[id]).map(({ id, name }) => `${name}: ${data.classes[id].toLocaleString("en")}`).join("\n");
  renderers.TidemarkFileLink = ({ data }) => {
    const cut = data.path.lastIndexOf("/") + 1;
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      tm.go(files.href(data.id));
    };
    return h("a", { href: files.href(data.id), className: "tm-file-link", title: data.path, onClick: open }, h("small", {}, data.path.slice(0, cut)), data.path.slice(cut));
  };
  renderers.TidemarkFileState = ({ data }) => {
    const { icon, kind } = tm.tree.stateOf(data);
    const words = data.done ? (data.state === "unsaved" ? "done, unsaved" : "done") : data.state === "none" ? "no labels" : data.state;
    return h("span", { className: "tm-file-state" }, h("i", { className: `bi bi-${icon} tm-state tm-state-${kind}`, "aria-hidden": "true" }), words);
  };

  /* ---- how far the job is --------------------------------------------------------------------------------- */
  const figure = (number, words) => element("div", { className: "tm-figure" }, element("b", {}, number.toLocaleString("en")), words);
  const bar = (label, parts) => {
    const total = parts.reduce((sum, [, part]) => sum + part, 0);
    const pieces = parts.map(([color, part, words]) => {
      const piece = element("span", { title: `${words}: ${share(part, total)}` });
      piece.style.flexGrow = part;
      piece.style.background = color;
      return piece;
    });
    return element("div", { className: "tm-balance", role: "img", "aria-label": `${label}: ${parts.map(([, part, words]) => `${words} ${share(part, total)}`).join(", ")}` }, ...pieces);
  };
  const drawProgress = () => {
    const place = tm.byId("files-progress");
    if (!place) return;
    const all = [...files.byId.values()];
    const done = all.filter((file) => file.done).length;
    const begun = all.filter((file) => !file.done && file.labels).length;
    const labels = all.reduce((sum, file) => sum + file.labels, 0);
    const bars = element("div", { className: "tm-job", role: "progressbar", "aria-label": "Files done", "aria-valuemin": 0, "aria-valuemax": all.length, "aria-valuenow": done });
    for (const [count, name] of [[done, "done"], [begun, "begun"], [all.length - done - begun, "open"]]) {
      const piece = element("span", { className: `tm-job-${name}` });
      piece.style.flexGrow = count;
      bars.append(piece);
    }
    const percent = all.length ? Math.floor((100 * done) / all.length) : 0;
    const figures = [figure(all.length, all.length === 1 ? "file" : "files"), figure(done, `done (${percent} %)`), figure(begun, "in progress"), figure(labels, labels === 1 ? "label" : "labels")];
    place.replaceChildren(element("div", { className: "tm-figures" }, ...figures), bars, ...balance());
  };
  const balance = () => {
    if (!classes.length) return files.byId.size ? [element("p", { className: "tm-hint-line" }, "No labels yet. Open a file and click a start and an end in its plot.")] : [];
    const timed = classes.some(({ seconds }) => seconds > 0);
    const length = (one) => (timed ? one.seconds : one.samples);
    const [count, long] = [classes.reduce((sum, { labels }) => sum + labels, 0), classes.reduce((sum, one) => sum + length(one), 0)];
    const head = element("tr", {}, ...["Label", "Count", "", timed ? "Duration" : "Samples", ""].map((words) => element("th", { scope: "col" }, words)));
    const rows = classes.map((one) => {
      const swatch = element("span", { className: "tm-swatch" });
      swatch.style.background = one.color;
      const name = element("th", { scope: "row" }, swatch, one.name, one.set ? element("small", {}, ` ${one.set}`) : "");
      const cells = [one.labels.toLocaleString("en"), share(one.labels, count), timed ? duration(one.seconds) : one.samples.toLocaleString("en"), share(length(one), long)];
      return element("tr", {}, name, ...cells.map((words) => element("td", {}, words)));
    });
    const parts = (value) => classes.map((one) => [one.color, value(one), one.name]);
    return [
      element("div", { className: "tm-balances" }, element("small", {}, "by count"), bar("Balance by count", parts(({ labels }) => labels)), element("small", {}, timed ? "by duration" : "by samples"), bar("Balance by length", parts(length))),
      element("div", { className: "tm-class-sums" }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))),
    ];
  };
  let timer = 0;
  const sums = async () => {
    timer = 0;
    if (!tm.byId("files-progress")) return;
    const answer = await files.ask("classes");
    if (answer) classes = answer.classes;
    drawProgress();
  };

  /* ---- the table -------------------------------------------------------------------------------------------- */
  const fill = ({ full, changed, gone }) => {
    if (!table || table.isDestroyed()) return;
    if (full || changed.length > 500) return table.setGridOption("rowData", [...files.byId.values()]);
    const change = { add: [], update: [], remove: gone.filter((id) => table.getRowNode(String(id))).map((id) => ({ id })) };
    for (const id of changed) (table.getRowNode(String(id)) ? change.update : change.add).push(files.byId.get(id));
    table.applyTransaction(change);
    table.refreshCells({ columns: ["state"], force: true }); // it also says what is done
  };
  tm.on("files", (change) => {
    if (!tm.byId("files-view")) return;
    fill(change);
    drawProgress();
    drawTools();
    if (!timer) timer = setTimeout(sums, PAUSE);
  });
  const picked = () => (table && !table.isDestroyed() ? table.getSelectedRows().map(({ id }) => id) : []);
  const button = (words, icon, run, disabled = false) => {
    const made = element("button", { type: "button", className: "btn btn-sm btn-outline-primary", disabled }, element("i", { className: `bi bi-${icon}`, "aria-hidden": "true" }), element("span", {}, words));
    made.onclick = run;
    return made;
  };
  const rowsOf = (ids) => ids.map((id) => ({ kind: "file", file: files.byId.get(id), name: tm.tree.nameOf(files.byId.get(id).path) }));
  const drawTools = () => {
    const place = tm.byId("files-tools");
    if (!place) return;
    const ids = (showing === "files" ? picked() : [...chosen]).filter((id) => showing !== "files" || files.byId.has(id));
    const nothing = ids.length === 0;
    const count = element("span", { className: "tm-count" }, nothing ? "" : `${ids.length.toLocaleString("en")} chosen`);
    if (showing === "trash") {
      place.replaceChildren(count, button("Restore", "arrow-counterclockwise", () => files.restore(ids), nothing), button("Delete now…", "trash", () => purge(ids), nothing));
      return;
    }
    const allDone = !nothing && ids.every((id) => files.byId.get(id).done);
    place.replaceChildren(
      count,
      button(allDone ? "Not done" : "Mark done", "check2-all", () => files.done(ids, !allDone), nothing),
      button("Auto-label…", "stars", () => tm.autolabel.files(ids), nothing),
      button("Move…", "folder-symlink", () => files.move(rowsOf(ids)), nothing),
      button("Delete…", "trash", () => files.remove(ids), nothing),
    );
  };

  /* ---- the trash ------------------------------------------------------------------------------------------------ */
  let trash = [];
  const chosen = new Set();
  const purge = (ids) => {
    const some = trash.filter(({ id }) => ids.includes(id));
    const labels = some.reduce((sum, one) => sum + one.labels, 0);
    const words = `${tm.count(some.length, "file")} with ${labels ? tm.count(labels, "label") : "no labels"} will be gone for good. This cannot be undone. Saved labels in outputs/ stay.`;
    files.dialog("Delete for good?", [element("p", {}, words)], "Delete for good", async () => {
      if (!(await files.ask("purge", { recordings: ids }))) return false;
      lookIntoTrash();
      return true;
    }, "danger");
  };
  const lookIntoTrash = async () => {
    if (!tm.byId("files-trash")) return;
    const answer = await files.ask("trash");
    if (!answer) return;
    if (JSON.stringify(answer.files) === JSON.stringify(trash)) return; // a box must not be drawn anew under the mouse
    trash = answer.files;
    for (const id of chosen) if (!trash.some((one) => one.id === id)) chosen.delete(id);
    drawTabs();
    drawTrash();
    drawTools();
  };
  tm.on("trash", lookIntoTrash);
  const drawTrash = () => {
    const place = tm.byId("files-trash");
    if (!place) return;
    if (!trash.length) return place.replaceChildren(element("p", { className: "tm-hint-line" }, "The trash is empty. What you delete is kept here for 30 days, with its labels."));
    const shown = trash.filter(({ path }) => path.toLowerCase().includes(search));
    const rows = shown.map((one) => {
      const box = element("input", { type: "checkbox", className: "form-check-input", checked: chosen.has(one.id), "aria-label": `Choose ${one.path}` });
      box.onchange = () => (box.checked ? chosen.add(one.id) : chosen.delete(one.id), drawTools());
      const back = element("button", { type: "button", className: "btn btn-sm btn-link" }, "Restore");
      back.onclick = () => files.restore([one.id]);
      const cells = [one.path, one.labels.toLocaleString("en"), one.rows.toLocaleString("en"), bytes(one.size_bytes), functions.tidemarkMoment({ value: one.deleted_at }), tm.count(one.days, "day")];
      return element("tr", {}, element("td", {}, box), ...cells.map((words) => element("td", {}, words)), element("td", {}, back));
    });
    const every = element("input", { type: "checkbox", className: "form-check-input", "aria-label": "Choose all" });
    every.checked = shown.length > 0 && shown.every(({ id }) => chosen.has(id));
    every.onchange = () => {
      shown.forEach(({ id }) => (every.checked ? chosen.add(id) : chosen.delete(id)));
      drawTrash();
      drawTools();
    };
    const heads = ["File", "Labels", "Rows", "Size", "Deleted", "Kept for", ""].map((words) => element("th", { scope: "col" }, words));
    place.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, element("th", {}, every), ...heads)), element("tbody", {}, ...rows)));
  };

  const drawTabs = () => {
    const place = tm.byId("files-tabs");
    if (!place) return;
    const tab = (name, words) => {
      const made = element("button", { type: "button", className: "tm-tab", "aria-pressed": String(showing === name) }, words);
      made.onclick = () => show(name);
      return made;
    };
    place.replaceChildren(tab("files", "All files"), tab("trash", trash.length ? `Trash (${trash.length.toLocaleString("en")})` : "Trash"));
  };
  const show = (name) => {
    showing = name;
    document.querySelector(".tm-files-table").hidden = name !== "files";
    tm.byId("files-trash").hidden = name !== "trash";
    drawTabs();
    drawTools();
    if (name === "trash") lookIntoTrash();
  };
  tm.actions.filesSearch = (text) => {
    search = (text || "").trim().toLowerCase();
    if (table && !table.isDestroyed()) table.setGridOption("quickFilterText", search);
    drawTrash();
  };

  tm.actions.filesOpened = (identity) => {
    if (identity) opened();
    return window.dash_clientside.no_update;
  };
  const opened = async () => {
    showing = "files";
    search = "";
    chosen.clear();
    drawTabs();
    drawTrash();
    drawTools();
    drawProgress();
    sums();
    lookIntoTrash();
    table = await tm.gridApi("files-table");
    if (!table) return;
    table.addEventListener("selectionChanged", drawTools);
    if (files.loaded) fill({ full: true });
  };
})();
