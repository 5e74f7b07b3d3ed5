/* The tree of files: folders and files of the list as the rows of one grid, sorted and filtered here; and the list of
   outputs, which looks like it. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { gridRenderers: renderers } = tm;
  const h = (...all) => React.createElement(...all);
  const NATURAL = new Intl.Collator("en", { numeric: true });

  const closed = new Set(); // ids of folders that are folded
  const choice = { text: "", state: "", label: "", lacks: false, sort: "name" };
  let tree = null; // the grid
  let sorted = []; // every row, in order
  let rows = []; // those that are shown
  let shownFiles = []; // ids of the files that pass the filter, in order

  const STATES = {
    none: ["circle", "No labels"],
    "in progress": ["circle-half", "In progress"],
    unsaved: ["circle-fill", "Labels not saved to outputs/ yet"],
    saved: ["check-circle-fill", "Saved"],
  };
  const ORDER = Object.keys(STATES);
  /** Icon, colour class and words of a file's state. */
  const stateOf = ({ state, done }) => {
    const [icon, words] = STATES[state] || STATES.none;
    const kind = state.replace(" ", "-");
    return done ? { icon: "check2-all", kind: `${kind} tm-state-done`, words: `Done. ${words}` } : { icon, kind, words };
  };

  /* ---- rows ---------------------------------------------------------------------------------------- */
  const indent = ({ depth }) => ({ paddingLeft: `${depth * 14}px` });
  const more = (data) =>
    h(
      "button",
      { className: "tm-node-more", type: "button", tabIndex: -1, title: "More (Shift+F10)", "aria-label": `More for ${data.name}`, onClick: (event) => (event.stopPropagation(), event.preventDefault(), tm.tree.menu(data, event.currentTarget.getBoundingClientRect())) },
      h("i", { className: "bi bi-three-dots", "aria-hidden": "true" }),
    );
  const clicked = (event, data) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.shiftKey) return tm.tree.pick(data, event);
    tm.tree.pick(null);
    tm.tree.open(data);
  };
  const folder = (data) =>
    h(
      "div",
      { className: "tm-node tm-folder-node", style: indent(data) },
      h(
        "button",
        { className: "tm-folder-button", type: "button", tabIndex: -1, "aria-expanded": !closed.has(data.id), onClick: (event) => clicked(event, data) },
        h("i", { className: `bi bi-chevron-${closed.has(data.id) ? "right" : "down"}` }),
        h("span", { className: "tm-node-name" }, data.name),
      ),
      more(data),
    );
  renderers.TidemarkFile = ({ data }) => {
    if (data.kind === "folder") return folder(data);
    const { file } = data;
    const { icon, kind, words } = stateOf(file);
    return h(
      "a",
      { className: "tm-node", href: tm.files.href(file.id), tabIndex: -1, style: indent(data), title: `${file.path}\n${words}`, onClick: (event) => clicked(event, data) },
      h("i", { className: `bi bi-${icon} tm-state tm-state-${kind}`, role: "img", "aria-label": words }),
      h("span", { className: "tm-node-name" }, data.folder ? h("small", {}, data.folder) : null, data.name),
      file.suggested ? h("span", { className: "tm-count tm-to-review", title: `${tm.count(file.suggested, "suggestion")} to review` }, file.suggested.toLocaleString("en")) : null,
      file.labels ? h("span", { className: "tm-count" }, file.labels.toLocaleString("en")) : null,
      more(data),
    );
  };

  /* ---- order --------------------------------------------------------------------------------------- */
  const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);
  const fileRow = (file, depth, folders, prefix = "") => ({ id: `f${file.id}`, kind: "file", name: nameOf(file.path), folder: prefix, depth, folders, file });

  /* Folders first, names as a person would sort them. */
  const asTree = (files) => {
    const root = { folders: new Map(), files: [] };
    for (const file of files) {
      let place = root;
      const parts = file.path.split("/");
      for (let part = 0; part < parts.length - 1; part += 1) {
        if (!place.folders.has(parts[part])) place.folders.set(parts[part], { folders: new Map(), files: [] });
        place = place.folders.get(parts[part]);
      }
      place.files.push([parts.at(-1), file]);
    }
    const made = [];
    const walk = (place, path, parents) => {
      for (const name of [...place.folders.keys()].sort(NATURAL.compare)) {
        const id = `d${path}${name}/`;
        made.push({ id, kind: "folder", name, path: `${path}${name}`, depth: parents.length, folders: parents });
        walk(place.folders.get(name), `${path}${name}/`, [...parents, id]);
      }
      place.files.sort((one, other) => NATURAL.compare(one[0], other[0]));
      for (const [, file] of place.files) made.push(fileRow(file, parents.length, parents));
    };
    walk(root, "", []);
    return made;
  };
  const FLAT = {
    labels: (one, other) => other.labels - one.labels,
    state: (one, other) => one.done - other.done || ORDER.indexOf(one.state) - ORDER.indexOf(other.state),
    changed: (one, other) => other.changed - one.changed,
  };
  const asList = (files, compare) =>
    files
      .sort((one, other) => compare(one, other) || NATURAL.compare(one.path, other.path))
      .map((file) => fileRow(file, 0, [], file.path.slice(0, file.path.lastIndexOf("/") + 1)));

  const passes = (file) => {
    if (choice.text && !file.path.toLowerCase().includes(choice.text)) return false;
    const is = { done: file.done, "not done": !file.done, "to review": file.suggested > 0 }[choice.state] ?? file.state === choice.state;
    if (choice.state && !is) return false;
    return !choice.label || choice.label in file.classes !== choice.lacks;
  };
  const narrowed = () => Boolean(choice.text || choice.state || choice.label);

  const sort = () => {
    const files = [...tm.files.byId.values()];
    sorted = choice.sort === "name" ? asTree(files) : asList(files, FLAT[choice.sort]);
    filter();
  };
  const filter = () => {
    const found = sorted.filter(({ kind, file }) => kind === "file" && passes(file));
    shownFiles = found.map(({ file }) => file.id);
    if (!narrowed()) rows = sorted.filter(({ folders }) => !folders.some((id) => closed.has(id)));
    else {
      const matching = new Set(found.flatMap(({ folders }) => folders));
      const passing = new Set(found);
      rows = sorted.filter((row) => (row.kind === "folder" ? matching.has(row.id) : passing.has(row)));
    }
    if (tree && !tree.isDestroyed()) {
      tree.setGridOption("rowData", rows);
      tree.refreshCells({ force: true }); // of a row that was there, the grid looks at the name only
      tree.setGridOption("localeText", { noRowsToShow: narrowed() ? "No file is like that." : "No files yet. Press “Upload CSV Data!” above." });
      if (!rows.length) tree.showNoRowsOverlay();
    }
    count();
  };
  const count = () => {
    const place = tm.byId("shell-files-count");
    if (!place) return;
    const files = [...tm.files.byId.values()];
    const parts = [tm.count(files.length, "file")];
    if (narrowed()) parts[0] = `${shownFiles.length.toLocaleString("en")} of ${parts[0]}`;
    for (const [word, test] of [["labelled", ({ labels }) => labels], ["to review", ({ suggested }) => suggested], ["unsaved", ({ state }) => state === "unsaved"], ["done", ({ done }) => done]]) {
      const number = files.filter(test).length;
      if (number) parts.push(`${number.toLocaleString("en")} ${word}`);
    }
    place.textContent = files.length ? parts.join(" · ") : "";
  };

  /* What only looks different is drawn by itself; the rest is sorted anew. */
  const settled = (id) => {
    const row = rows.find((one) => one.id === `f${id}`);
    const file = tm.files.byId.get(id);
    if (!row || !file || row.file.path !== file.path) return false;
    const before = row.file;
    if (choice.sort !== "name" || passes(before) !== passes(file)) return false;
    row.file = file;
    const node = tree && !tree.isDestroyed() && tree.getRowNode(row.id);
    if (node) node.setData({ ...row });
    return true;
  };
  tm.on("files", ({ full, changed, gone }) => {
    const quick = !full && !gone.length && changed.length < 50 && changed.every(settled);
    if (quick) count();
    else sort();
    if (quick) return;
    markOpen();
    if (shownFiles.length && location.pathname === "/") tm.go(tm.files.href(shownFiles[0]), true); // the first files came
  });

  /* ---- what the user chooses ----------------------------------------------------------------------- */
  const fold = (id) => {
    if (!closed.delete(id)) closed.add(id);
    filter();
    const node = tree.getRowNode(id);
    if (node) tree.refreshCells({ rowNodes: [node], force: true });
  };
  tm.actions.filterTree = (text) => {
    choice.text = (text || "").trim().toLowerCase();
    filter();
  };

  tm.tree = {
    choice,
    stateOf,
    nameOf,
    /** Show what was chosen. */
    apply: sort,
    narrowed,
    grid: () => (tree && !tree.isDestroyed() ? tree : null),
    row: (id) => sorted.find((row) => row.id === id),
    open: (data) => (data.kind === "folder" ? fold(data.id) : tm.go(tm.files.href(data.file.id))),
    /** Ids of the files in a folder, also of those that are filtered out. */
    inside: (path) => [...tm.files.byId.values()].filter((file) => file.path.startsWith(`${path}/`)).map(({ id }) => id),
    /** The next file after the open one that has open suggestions, whatever is filtered; null when no other has. */
    nextToReview: (id) => {
      const files = sorted.filter(({ kind }) => kind === "file").map((row) => row.file.id);
      const place = files.indexOf(id);
      return [...files.slice(place + 1), ...files.slice(0, Math.max(0, place))].find((one) => tm.files.byId.get(one)?.suggested) ?? null;
    },
    /** The next file after the open one that is not done, in the order shown; null when all are done. */
    nextOpen: (id) => {
      const place = shownFiles.indexOf(id);
      const after = [...shownFiles.slice(place + 1), ...shownFiles.slice(0, Math.max(0, place))];
      return after.find((one) => one !== id && !tm.files.byId.get(one).done) ?? null;
    },
  };

  const markOpen = () => {
    if (!tm.tree.grid()) return;
    const open = tm.view.recording ? `f${tm.view.recording.id}` : null;
    tree.setGridOption("context", { open });
    const row = open && sorted.find(({ id }) => id === open);
    if (row && row.folders.some((id) => closed.delete(id))) filter();
    tree.redrawRows();
    const node = open && tree.getRowNode(open);
    if (node) tree.ensureNodeVisible(node);
  };
  tm.on("recording", markOpen);
  tm.on("closed", markOpen);

  document.addEventListener("DOMContentLoaded", async () => {
    for (let tries = 0; !tree && tries < 20; tries += 1) tree = await tm.gridApi("shell-files-tree");
    if (!tree) return;
    tm.emit("tree", tree);
    if (tm.files.loaded) sort();
    markOpen();
  });

  /** The file after (+1) or before (-1) the open one, in the order the tree shows. */
  tm.stepFile = (step) => {
    const place = shownFiles.indexOf(tm.view.recording ? tm.view.recording.id : -1);
    const next = shownFiles[place < 0 ? 0 : place + step];
    if (next) tm.go(tm.files.href(next));
    else tm.toast(step > 0 ? "This is the last file." : "This is the first file.");
  };
})();
