/* The table of labels: rows, cells, keys. The grid gets only changes. */
import { byId, later, update } from "./dom.mjs";
import { inOrder } from "./order.mjs";

export default (plot) => {
  const cells = (plot.cells = {}); // functions that the grid definition names (assets/grid_functions.js)

  cells.tidemarkItem = (params) => (params.data ? plot.labels.rank(params.data.id) : null);
  const by = (value) => (_a, _b, a, b) => value(a.data) - value(b.data);
  cells.tidemarkByStart = (_a, _b, a, b) => inOrder(a.data, b.data);
  cells.tidemarkChannels = ({ data }) => (data && data.channels ? plot.channelNames(data.channels) : "all");
  cells.tidemarkStatus = ({ data }) => (!data || (data.status === "accepted" && !data.model) ? "" : data.decision || data.status);
  cells.tidemarkScore = ({ data }) => (data ? plot.scoreText(data) : "");
  cells.tidemarkByEnd = by((row) => row.x1);
  cells.tidemarkByDuration = by((row) => row.x1 - row.x0);
  /* Times are shown in the chosen form; editing, filtering and saving use the file's own. */
  cells.tidemarkStart = ({ data, value }) => (data ? plot.time.shown(data.x0, value, data.start) : value);
  cells.tidemarkEnd = ({ data, value }) => (data ? plot.time.shown(data.x1, value, data.end) : value);
  plot.on("timeform", () => plot.table()?.refreshCells({ columns: ["startText", "endText"], force: true }));

  let table = null;
  /** The grid, or null while there is none. */
  plot.table = () => (table?.isDestroyed() === false ? table : null);
  let drawn = new Map();

  plot.on("recording", async ({ id }) => {
    const api = await window.dash_ag_grid.getApiAsync("label-table").catch(() => null); // null: the page was left
    if (!api || api.isDestroyed() || plot.labels.recording !== id) return;
    if (table !== api) {
      table = api;
      api.addEventListener("selectionChanged", fromTable), api.addEventListener("cellEditingStopped", fillSoon), api.addEventListener("sortChanged", ({ source }) => /^ui/.test(source) || followSoon());
      api.addEventListener("cellDoubleClicked", ({ data, colDef }) => colDef.editable || plot.view.center(data.x0, data.x1)); // otherwise it edits the cell
      plot.emit("table", api);
    }
    drawn = new Map();
    api.setGridOption("rowData", []);
    fillTable();
  });
  plot.on("closed", () => (table = null));

  /* Rejected suggestions are hidden unless the user shows them. */
  const listed = () => {
    const { rows, rejectedShown, tally } = plot.labels;
    if (rejectedShown || !tally().rejected) return rows;
    return new Map([...rows].filter(([, { status }]) => status !== "rejected"));
  };
  const fillTable = () => {
    if (!plot.table()) return;
    const [add, changed, remove] = [[], [], []];
    const edited = table.getEditingCells().map(({ rowIndex }) => table.getDisplayedRowAtIndex(rowIndex)?.id);
    const rows = edited.length ? new Map([...[...drawn].filter(([id]) => edited.includes(id)), ...listed()]) : listed(); // an edited row stays
    for (const [id, row] of rows) if (drawn.get(id) !== row) (drawn.has(id) ? changed : add).push(row);
    for (const [id, row] of drawn) if (!rows.has(id)) remove.push(row);
    drawn = new Map(rows);
    if (!(add.length + changed.length + remove.length)) return;
    add.sort((a, b) => a.x0 - b.x0);
    table.applyTransaction({ add, update: changed, remove });
    sortByStart();
    table.refreshCells({ columns: ["item"] }); // of the visible rows: numbers may shift
    plot.emit("tablefilled");
  };
  /* In start order until the user sorts otherwise. */
  const sortByStart = () => {
    if (!table.getColumnState().some(({ sort }) => sort)) table.applyColumnState({ state: [{ colId: "startText", sort: "asc" }] });
  };
  const fillSoon = later(fillTable);
  plot.on("labels", fillSoon);
  plot.on("rejected", fillSoon);

  /* A cell was edited: the server receives the text and returns the value, or the reason of a refusal. */
  const KINDS = { label: "relabel", note: "note" };
  cells.tidemarkEdit = ({ data, colDef, newValue, oldValue }) => {
    const text = (newValue || "").trim();
    if (text !== (oldValue || "")) plot.labels.change(KINDS[colDef.field] || "move", [data.id], { [colDef.field]: text });
    return false;
  };

  /* ---- selecting --------------------------------------------------------------------------------- */
  /* Handle only the user's selection: events of our own changes come later and may be outdated. */
  const fromTable = ({ source }) => {
    if (/^(api|rowData|selectable|grid)/.test(source)) return;
    selectRows(table.getSelectedRows());
  };
  const selectRows = (rows) => {
    plot.labels.select(rows.map(({ id }) => id), "table");
    if (rows.length === 1 && !plot.view.shows(rows[0].x0, rows[0].x1)) plot.view.center(rows[0].x0, rows[0].x1);
  };
  plot.on("selection", (from) => {
    update("label-delete-button", { disabled: !plot.labels.selection.size });
    if (from !== "table") followSoon();
  });
  /* After the frame that shows the selection in the plot: the grid takes longer to scroll than the plot to draw. */
  let following = false;
  const followSoon = () => {
    if (following) return;
    following = true;
    requestAnimationFrame(() => setTimeout(follow));
  };
  const follow = () => {
    following = false;
    if (!plot.table()) return;
    fillSoon.now();
    const { selection } = plot.labels;
    const before = table.getSelectedNodes();
    const leaving = before.filter(({ id }) => !selection.has(id));
    const nodes = [...selection].map((id) => table.getRowNode(id)).filter(Boolean);
    const coming = nodes.filter((node) => !node.isSelected());
    if (leaving.length && nodes.length === 1) nodes[0].setSelected(true, true); // in one call: each call examines all rows
    else {
      if (leaving.length) table.setNodesSelected({ nodes: leaving, newValue: false });
      if (coming.length) table.setNodesSelected({ nodes: coming, newValue: true });
    }
    if (nodes.length) table.ensureNodeVisible(nodes[0]);
  };

  /* ---- keys -------------------------------------------------------------------------------------- */
  /* Letters and digits in the table are our keys; only F2 and Enter start editing. */
  cells.tidemarkOwnKey = ({ editing, event, api }) => {
    if (editing) return false;
    const nodes = window.dash_clientside.grids.extend(api, event);
    if (nodes?.length) selectRows(nodes.map(({ data }) => data));
    if (event.key === "Escape") document.activeElement.blur(), event.preventDefault(); // it only leaves the table: the selection stays
    if (event.defaultPrevented) return true;
    if (event.ctrlKey || event.metaKey) return event.key.toLowerCase() !== "a";
    return /^([^ ]|Delete|Backspace)$/u.test(event.key);
  };
  /** The labels that search and filters leave in the table. */
  plot.labelsShown = () => {
    if (!plot.table()) return plot.labels.list();
    fillSoon.now();
    const rows = [];
    table.forEachNodeAfterFilter(({ data }) => rows.push(data));
    return rows;
  };
  /** Focus the first selected row, or else the first one. */
  plot.focusTable = () => {
    if (!plot.table()) return;
    byId("pane-labels-tab").click();
    if (!table.getDisplayedRowCount()) return plot.toast("There are no labels in the table.");
    const [first] = [...plot.labels.selection].map((id) => table.getRowNode(id)).filter((node) => node && node.rowIndex !== null);
    const place = first ? first.rowIndex : 0;
    table.ensureIndexVisible(place);
    table.setFocusedCell(place, table.getFocusedCell()?.column || "startText");
  };
  plot.actions.table = () => {
    if (document.activeElement?.closest("#label-table")) document.activeElement?.blur();
    else plot.focusTable();
  };
};
