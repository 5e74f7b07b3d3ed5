/* The table of labels and the tree of files: two AG Grids fed through their own API. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const renderers = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const h = (...all) => React.createElement(...all);

  /* The grid's API, once it is there; null when its page was left meanwhile. */
  const gridApi = async (id) => {
    for (let tries = 0; tries < 300; tries += 1) {
      try {
        const api = window.dash_ag_grid && window.dash_ag_grid.getApi(id);
        if (api && !api.isDestroyed()) return api;
      } catch {
        /* not mounted yet */
      }
      await new Promise(requestAnimationFrame);
    }
    return null;
  };
  tm.gridApi = gridApi;

  /* ---- the table of labels ----------------------------------------------------------------------- */
  functions.tidemarkItem = (params) => (params.data ? tm.labels.rank(params.data.id) : null);
  const by = (value) => (_a, _b, one, other) => value(one.data) - value(other.data);
  functions.tidemarkByStart = by((row) => tm.labels.rank(row.id));
  functions.tidemarkByEnd = by((row) => row.x1);
  functions.tidemarkByDuration = by((row) => row.x1 - row.x0);
  renderers.TidemarkLabel = ({ data }) =>
    h("span", { className: "tm-label-cell" }, h("span", { className: "tm-swatch", style: { background: data.color } }), data.label);

  /* Letters and digits in the table are our keys; only F2 and Enter begin to edit a cell. */
  functions.tidemarkOwnKey = ({ editing, event }) =>
    !editing && /^([^ ]|Delete|Backspace)$/u.test(event.key);

  let table = null;
  let shown = new Map();
  let echo = false;

  tm.on("recording", async ({ id }) => {
    const api = await gridApi("label-table");
    if (!api || tm.labels.recording !== id) return;
    if (table !== api) {
      table = api;
      api.addEventListener("selectionChanged", fromTable);
      api.addEventListener("cellValueChanged", edited);
      api.addEventListener("rowDoubleClicked", ({ data }) => tm.view.center(data.x0, data.x1));
    }
    shown = new Map();
    api.setGridOption("rowData", []);
    fillTable();
  });
  tm.on("closed", () => (table = null));

  const fillTable = () => {
    if (!table || table.isDestroyed()) return;
    const [add, update, remove] = [[], [], []];
    const rows = tm.labels.rows;
    for (const [id, row] of rows) {
      const before = shown.get(id);
      if (before === row) continue;
      (before ? update : add).push(row);
    }
    for (const [id, row] of shown) if (!rows.has(id)) remove.push(row);
    shown = new Map(rows);
    if (add.length + update.length + remove.length) {
      add.sort((a, b) => a.x0 - b.x0);
      table.applyTransaction({ add, update, remove });
      sortByStart();
      table.refreshCells({ columns: ["item", "label"], force: true });
    }
    const count = tm.byId("label-count");
    if (count) count.textContent = rows.size ? rows.size.toLocaleString("en") : "";
  };
  /* In start order until the user sorts otherwise. */
  const sortByStart = () => {
    if (!table.getColumnState().some(({ sort }) => sort)) {
      table.applyColumnState({ state: [{ colId: "startText", sort: "asc" }] });
    }
  };
  tm.on("labels", fillTable);

  /* A cell was edited: what was typed goes to the server, which refuses what is no time of a sample. */
  const edited = ({ data, column, newValue, oldValue }) => {
    const text = (newValue || "").trim();
    const field = column.getColId();
    if (text === (oldValue || "")) return;
    if (field === "label") tm.labels.change("relabel", [data.id], { label: text });
    else if (field === "note") tm.labels.change("note", [data.id], { note: text });
    else tm.labels.change("move", [data.id], { [field]: text });
  };
  const fromTable = () => {
    if (echo) return;
    const rows = table.getSelectedRows();
    tm.labels.select(rows.map(({ id }) => id), "table");
    if (rows.length === 1 && !tm.view.shows(rows[0].x0, rows[0].x1)) tm.view.center(rows[0].x0, rows[0].x1);
  };
  tm.on("selection", (from) => {
    tm.enable("label-delete-button", tm.labels.selection.size > 0);
    if (!table || table.isDestroyed() || from === "table") return;
    echo = true;
    table.deselectAll();
    const nodes = [...tm.labels.selection].map((id) => table.getRowNode(id)).filter(Boolean);
    table.setNodesSelected({ nodes, newValue: true });
    if (nodes.length) table.ensureNodeVisible(nodes[0]);
    setTimeout(() => (echo = false));
  });

  /* ---- the tree of files ------------------------------------------------------------------------- */
  const closed = new Set(); // ids of folders that are folded
  let tree = null;
  let wanted = "";

  const STATES = {
    none: ["circle", "No labels"],
    "in progress": ["circle-half", "In progress"],
    unsaved: ["circle-fill", "Labels not saved to outputs/ yet"],
    saved: ["check-circle-fill", "Saved"],
  };
  const indent = ({ depth }) => ({ paddingLeft: `${depth * 14}px` });
  const folder = (data) =>
    h(
      "button",
      { className: "tm-node tm-folder-node", type: "button", style: indent(data), "aria-expanded": !closed.has(data.id), onClick: () => fold(data.id) },
      h("i", { className: `bi bi-chevron-${closed.has(data.id) ? "right" : "down"}` }),
      h("span", { className: "tm-node-name" }, data.name),
    );
  const openLink = (event, href) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab or window, as the browser does
    event.preventDefault();
    tm.go(href);
  };
  renderers.TidemarkFile = ({ data }) => {
    if (data.kind === "folder") return folder(data);
    const [icon, words] = STATES[data.state] || STATES.none;
    return h(
      "a",
      { className: "tm-node", href: data.href, style: indent(data), title: `${data.path}\n${words}`, onClick: (event) => openLink(event, data.href) },
      h("i", { className: `bi bi-${icon} tm-state tm-state-${data.state.replace(" ", "-")}`, role: "img", "aria-label": words }),
      h("span", { className: "tm-node-name" }, data.name),
      data.labels ? h("span", { className: "tm-count" }, data.labels.toLocaleString("en")) : null,
    );
  };
  renderers.TidemarkOutput = ({ data }) =>
    data.kind === "folder"
      ? h("span", { className: "tm-node", style: indent(data) }, h("i", { className: "bi bi-folder" }), h("span", { className: "tm-node-name" }, data.name))
      : h(
          "span",
          { className: "tm-node", style: indent(data) },
          h("span", { className: "tm-node-name" }, data.name),
          data.stale ? h("span", { className: "badge text-bg-warning", title: "Labels were changed after this was saved" }, "older than your labels") : null,
        );

  functions.tidemarkTreeFiltered = () => closed.size > 0 || wanted !== "";
  functions.tidemarkTreeShows = ({ data }) => {
    if (wanted) return data.kind === "file" ? data.path.toLowerCase().includes(wanted) : matching.has(data.id);
    return !data.folders.some((id) => closed.has(id));
  };
  let matching = new Set();
  const applyFilter = () => {
    if (!tree) return;
    matching = new Set();
    if (wanted) {
      tree.forEachNode(({ data }) => {
        if (data.kind === "file" && data.path.toLowerCase().includes(wanted)) data.folders.forEach((id) => matching.add(id));
      });
    }
    tree.onFilterChanged();
  };
  const fold = (id) => {
    if (!closed.delete(id)) closed.add(id);
    applyFilter();
    const node = tree.getRowNode(id);
    if (node) tree.refreshCells({ rowNodes: [node], force: true });
  };
  tm.actions.filterTree = (text) => {
    wanted = (text || "").trim().toLowerCase();
    applyFilter();
  };

  const markOpen = () => {
    if (!tree || tree.isDestroyed()) return;
    const open = tm.view.recording ? `f${tm.view.recording.id}` : null;
    tree.setGridOption("context", { open });
    tree.redrawRows();
    const node = open && tree.getRowNode(open);
    if (!node) return;
    if (node.data.folders.some((id) => closed.delete(id))) applyFilter();
    tree.ensureNodeVisible(node);
  };
  tm.actions.treeLoaded = async (rows) => {
    if (!rows) return;
    tree = await gridApi("shell-files-tree");
    applyFilter();
    markOpen();
    const first = rows.find(({ kind }) => kind === "file");
    if (first && location.pathname === "/") tm.go(first.href, true); // the first files came while this page waited
  };
  tm.on("recording", markOpen);
  tm.on("closed", markOpen);

  /** The file after (+1) or before (-1) the open one, in the order the tree shows. */
  tm.stepFile = (step) => {
    if (!tree) return;
    const files = [];
    tree.forEachNodeAfterFilterAndSort(({ data }) => data.kind === "file" && files.push(data));
    const place = files.findIndex(({ id }) => tm.view.recording && id === `f${tm.view.recording.id}`);
    const next = files[place < 0 ? 0 : place + step];
    if (next) tm.go(next.href);
    else tm.toast(step > 0 ? "This is the last file." : "This is the first file.");
  };

  /* The open file's row follows its labels at once; other rows come anew when the server says files changed. */
  let filesSeen = null;
  tm.on("answered", ({ files }) => {
    if (filesSeen !== null && files !== filesSeen) tm.refreshFiles();
    filesSeen = files;
  });
  tm.refreshFiles = () => tm.set("shell-files-revision", { data: tm.uuid() });
  tm.on("state", (answer) => {
    const node = tree && !tree.isDestroyed() && tree.getRowNode(`f${answer.recording}`);
    if (!node || answer.state === undefined) return;
    if (node.data.state !== answer.state) return tm.refreshFiles();
    node.setData({ ...node.data, labels: tm.labels.rows.size });
  });
})();
