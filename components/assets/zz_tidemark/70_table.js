/* The table of labels. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { gridFunctions: functions, gridRenderers: renderers, gridApi } = tm;
  const h = (...all) => React.createElement(...all);

  functions.tidemarkItem = (params) => (params.data ? tm.labels.rank(params.data.id) : null);
  const by = (value) => (_a, _b, one, other) => value(one.data) - value(other.data);
  functions.tidemarkByStart = by((row) => tm.labels.rank(row.id));
  functions.tidemarkByEnd = by((row) => row.x1);
  functions.tidemarkByDuration = by((row) => row.x1 - row.x0);
  /* Times stand there in the form that is shown; what one edits, filters and saves is the file's own. */
  functions.tidemarkStart = ({ data, value }) => (data ? tm.time.shown(data.x0, value, data.start) : value);
  functions.tidemarkEnd = ({ data, value }) => (data ? tm.time.shown(data.x1, value, data.end) : value);
  tm.on("timeform", () => table && !table.isDestroyed() && table.refreshCells({ columns: ["startText", "endText"], force: true }));
  renderers.TidemarkLabel = ({ data }) =>
    h("span", { className: "tm-label-cell" }, h("span", { className: "tm-swatch", style: { background: data.color } }), data.label);

  /* Letters and digits in the table are our keys; only F2 and Enter begin to edit a cell. */
  functions.tidemarkOwnKey = ({ editing, event }) =>
    !editing && /^([^ ]|Delete|Backspace)$/u.test(event.key);

  let table = null;
  let shown = new Map();

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
  /* Only what a person does counts: of what we select ourselves the grid tells later, when it may be out of date. */
  const fromTable = ({ source }) => {
    if (/^(api|rowData|selectable|grid)/.test(source)) return;
    const rows = table.getSelectedRows();
    tm.labels.select(rows.map(({ id }) => id), "table");
    if (rows.length === 1 && !tm.view.shows(rows[0].x0, rows[0].x1)) tm.view.center(rows[0].x0, rows[0].x1);
  };
  tm.on("selection", (from) => {
    tm.enable("label-delete-button", tm.labels.selection.size > 0);
    if (!table || table.isDestroyed() || from === "table") return;
    table.deselectAll();
    const nodes = [...tm.labels.selection].map((id) => table.getRowNode(id)).filter(Boolean);
    table.setNodesSelected({ nodes, newValue: true });
    if (nodes.length) table.ensureNodeVisible(nodes[0]);
  });
})();
