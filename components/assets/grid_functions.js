/* Functions and cell renderers that AG Grid definitions in Python name; all texts come with the rows. */
const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
const renderers = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
const h = (...all) => React.createElement(...all);
const icon = (name, more) => h("i", { className: `bi bi-${name}`, "aria-hidden": "true", ...more });
const { root } = document.documentElement.dataset; // path prefix of all URLs
const link = (props, ...children) => h(window.dash_core_components.Link, props, ...children);
const set = (id, data) => clientside.set_props(id, { data: { ...data, nonce: performance.now() } });

/* ---- the file tree (components/files/tree.py): mouse and keys write to stores --------------------------- */
const boxOf = (node) => document.querySelector(`#shell-files-tree [row-id="${CSS.escape(node.id)}"] .tm-node-name`).getBoundingClientRect();
const placed = (node, at = boxOf(node)) => {
  const { left, top } = boxOf(node);
  return { row: node.id, x: at.left, y: at.bottom, left, top, width: innerWidth, height: innerHeight };
};
const fold = (node) => clientside.report("shell-files-fold", "data", { path: node.data.path, nonce: performance.now() });
const menu = (node, at) => set("shell-files-menu-for", placed(node, at));
let range = {}; // {from, to}: ids of the rows where a range selected with Shift begins and ends
const select = (api, from, end) => {
  const start = [api.getRowNode(from), end].find((row) => Number.isInteger(row?.rowIndex));
  const [first, last] = [start.rowIndex, end.rowIndex].sort((a, b) => a - b);
  range = { from: start.id, to: end.id };
  const nodes = Array.from({ length: last - first + 1 }, (_, place) => api.getDisplayedRowAtIndex(first + place));
  api.deselectAll();
  api.setNodesSelected({ nodes, newValue: true });
  return nodes;
};
const pick = (event, { api, node }) => {
  if (event.target.closest(".tm-node-more")) return;
  const adds = event.ctrlKey || event.metaKey;
  if (!adds && !event.shiftKey) return api.deselectAll();
  event.preventDefault();
  if (!adds) return select(api, range.from, node);
  node.setSelected(!node.isSelected());
  range = { from: node.id, to: node.id };
};
renderers.TidemarkTreeRow = (params) => {
  const { data, node } = params;
  const style = { paddingLeft: `${data.depth * 14}px` };
  const more = h("button", { className: "tm-node-more flex-shrink-0 p-0 border-0 rounded-1", type: "button", tabIndex: -1, title: "More (Shift+F10)", "aria-label": `More for ${data.name}`, onClick: (event) => (event.stopPropagation(), event.preventDefault(), menu(node, event.currentTarget.getBoundingClientRect())) }, icon("three-dots"));
  const name = h("span", { className: "tm-node-name tm-fill text-truncate" }, data.folder && h("small", {}, data.folder), data.name);
  if (data.kind === "folder") {
    const clicked = (event) => (pick(event, params), event.defaultPrevented || fold(node));
    return h("div", { className: "tm-node tm-folder-node fw-semibold", style }, h("button", { className: "tm-fill d-flex align-items-center gap-2 h-100 p-0 border-0 bg-transparent text-reset fw-semibold text-start", type: "button", tabIndex: -1, "aria-expanded": !data.closed, onClick: clicked }, icon(`chevron-${data.closed ? "right" : "down"}`), name), more);
  }
  const state = icon(`${data.icon} tm-state ${data.look}`, { role: "img", "aria-label": data.words, "aria-hidden": undefined });
  const review = data.suggested && h("span", { className: "tm-count tm-to-review", title: data.review }, data.suggested);
  const labels = data.labels && h("span", { className: "tm-count" }, data.labels);
  const to = link({ className: "tm-node", style, href: `${root}/label/${data.file}`, title: `${data.path}\n${data.words}` }, state, name, review, labels, more);
  return h("div", { style: { display: "contents" }, onClickCapture: (event) => pick(event, params) }, to);
};
const KEYS = {
  Enter: ({ node }) => (node.data.kind === "folder" ? fold(node) : document.querySelector(`#shell-files-tree [row-id="${node.id}"] a`).click()),
  F2: ({ node }) => set("shell-files-rename-for", placed(node)),
  Delete: ({ node }) => set("shell-files-delete-for", { row: node.id }),
  ContextMenu: ({ node }) => menu(node),
  F10: ({ node }) => menu(node),
  ArrowRight: ({ node }) => node.data.kind === "folder" && fold(node),
  ArrowLeft: ({ node }) => node.data.kind === "folder" && fold(node),
};
/* Shift with an arrow extends the selection by a row; returns the selected rows, or null for other keys. */
const extend = (api, event) => {
  const step = event.shiftKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step) return null;
  event.preventDefault();
  const { rowIndex, column } = api.getFocusedCell();
  const [row, next] = [rowIndex, rowIndex + step].map((index) => api.getDisplayedRowAtIndex(index));
  if (!next) return [];
  api.ensureNodeVisible(next);
  api.setFocusedCell(next.rowIndex, column);
  return select(api, range.to === row.id ? range.from : row.id, next);
};
/* True for keys that the grid must not handle. */
functions.tidemarkTreeKey = (params) => {
  const { event } = params;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (extend(params.api, event)) return true;
  if (!KEYS[event.key] || event.shiftKey !== (event.key === "F10")) return false;
  KEYS[event.key](params);
  event.preventDefault();
  return true;
};
functions.tidemarkTreeMenu = ({ node, event }) => menu(node, { left: event.clientX, bottom: event.clientY });
let scrolledTo = null; // row of the open file, once scrolled into view
functions.tidemarkTreeShowOpen = ({ api }) => {
  let open = null; // a filter may hide it
  api.forEachNode((node) => node.data.open && (open = node));
  if (open && open.id !== scrolledTo) api.ensureNodeVisible(open);
  scrolledTo = open?.id;
};

/* ---- the Files page (components/files/table.py) ---------------------------------------------------------- */
renderers.TidemarkFileLink = ({ data }) => link({ href: `${root}/label/${data.id}`, className: "tm-file-link text-reset d-flex align-items-baseline", title: data.path }, h("small", { className: "text-truncate" }, data.folder), h("span", { className: "flex-shrink-0 mw-100 text-truncate" }, data.name));
renderers.TidemarkFileState = ({ data }) => h("span", { className: "d-flex align-items-center gap-2 h-100" }, icon(`${data.icon} tm-state ${data.look}`), data.state);
clientside.grids = { extend, chosen: (rows) => (Array.isArray(rows) ? rows.map(({ id }) => Number(id)) : []) };

/* A field of a described element: a checkbox reports its state, another field its text on blur. It follows its row
   unless the user types in it. */
const field = (name, { value, ...attributes }, report) => {
  const checkbox = attributes.type === "checkbox";
  const follow = (node) => {
    if (node && checkbox) node.checked = value;
    else if (node && node !== document.activeElement) node.value = value ?? "";
  };
  const typed = {
    onBlur: ({ target }) => target.value !== (value ?? "") && report({ [name]: target.value.trim() }),
    onKeyDown: ({ key, target }) => key === "Enter" && target.blur(),
  };
  const ticked = { onChange: ({ target }) => report({ [name]: target.checked }) };
  return { ...attributes, ref: follow, ...(checkbox ? ticked : typed) };
};
/* An element described in Python (components/cells.py): [tag, attributes, ...children]; a click reports `do`, a right
   click `menu`, a field its value under the name `set`; `drags`: the row is dragged by this element. */
const described = (part, params, key) => {
  if (!Array.isArray(part)) return part;
  const [tag, { do: action, menu, set: name, drags, ...attributes }, ...children] = part;
  const report = params.setData;
  const handler = (reported) => (event) => {
    event.preventDefault();
    if (tag !== "button") event.stopPropagation(); // possibly inside a button
    report(typeof reported === "string" ? { do: reported } : reported);
  };
  const handlers = { onClick: action && handler(action), onContextMenu: menu && handler(menu) };
  if (drags) handlers.ref = (node) => node && params.registerRowDragger(node);
  const all = { ...(name ? field(name, attributes, report) : attributes), ...handlers, key };
  return h(tag, all, ...children.map((child, place) => described(child, params, place)));
};
/* A grid reports `eventData`, {data, timestamp}; a cell {rowId, value}. The property cellRendererData of dash-ag-grid
   35.3 is passed on to AG Grid, which logs a warning. */
const reportCell = (api, data, kind) => {
  const { id } = document.querySelector(`[grid-id="${api.getGridId()}"]`).parentElement.closest("[id]");
  clientside.report(id, "eventData", { data, timestamp: Date.now() }, kind);
};
renderers.Cell = (params) => {
  const { api, node, data, colDef, value } = params;
  const setData = (reported) => reportCell(api, { rowId: node.id, value: reported });
  return described(data.cells?.[colDef.field] ?? value, { ...params, setData });
};

/** A cell with choices opens them when editing starts. */
functions.openChoices = ({ column }) =>
  requestAnimationFrame(() => document.querySelector(`.ag-cell-inline-editing[col-id="${column.getColId()}"] .ag-picker-collapsed`)?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true })));

/* ---- order of rows: by dragging, by Ctrl+Shift+arrows, or by arrows on the grip of a row ----------- */
let moved = null; // the row moved by keys, which keeps the focus: {id, column, grip, rows: the order until the answer}
const ordered = (api) => {
  const rows = [];
  api.forEachNodeAfterFilterAndSort((node) => orderedBy(node) !== undefined && rows.push(node));
  return rows;
};
const orderedBy = ({ data }) => data.class ?? data.channel;
const report = (api, rows) => reportCell(api, { ids: rows.map(orderedBy) }, "order");
functions.rowsDragged = ({ api }) => report(api, ordered(api));
functions.rowMovedByKey = ({ api, event, node, column }) => {
  const grip = event.target.closest(".tm-channel-grip");
  const by = (grip || (event.ctrlKey && event.shiftKey && node.data.class)) && { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const rows = moved?.rows?.includes(node) ? moved.rows : ordered(api);
  const from = rows.indexOf(node);
  if (!rows[from + by]) return;
  rows.splice(from + by, 0, ...rows.splice(from, 1));
  moved = { id: node.id, column: column.getColId(), grip, rows };
  report(api, rows);
};
functions.focusMovedRow = ({ api }) => {
  const node = moved && api.getRowNode(moved.id);
  if (!node) return;
  const { column, grip } = moved;
  if (grip) requestAnimationFrame(() => document.activeElement === document.body && grip.focus());
  else api.setFocusedCell(node.rowIndex, column);
  moved = grip && { ...moved, rows: null }; // a second answer may follow
};

/* ---- history: preview, show and restore an edit --------------------------------------------------- */
const REST = 90; // ms of hover or focus until the plot previews an edit
let looking = 0;
functions.historyEvent = ({ type, api, node, rowIndex, column, event }) => {
  if (api.isDestroyed()) return; // the end of a scroll comes later
  const row = node || (Number.isInteger(rowIndex) ? api.getDisplayedRowAtIndex(rowIndex) : null);
  const point = (revision) => {
    clearTimeout(looking);
    looking = setTimeout(() => set("history-look", { point: revision }), REST); // not `eventData`, whose events wait for each other
  };
  if (type === "bodyScrollEnd" && api.getLastDisplayedRowIndex() >= api.getDisplayedRowCount() - 5) reportCell(api, { more: api.getDisplayedRowCount() }, "more");
  if (type === "bodyScrollEnd" || !row) return;
  const { revision, restores } = row.data;
  if (type === "cellMouseOut") point(null);
  else if (type === "cellMouseOver" || type === "cellFocused") point(revision);
  else if (type === "cellClicked" && !event.target.closest("button")) reportCell(api, { go: revision });
  else if (type === "cellKeyDown" && event.key === "Enter") reportCell(api, column.getColId() === "buttons" && restores ? { restore: revision } : { go: revision });
  else if (type === "cellKeyDown" && event.key === "Escape") document.activeElement.blur();
};

/* ---- table of labels: the plot provides its functions; its modules may load after the grid ----------------- */
const OF_LABELS = ["Item", "Start", "End", "ByStart", "ByEnd", "ByDuration", "Channels", "Status", "Score", "Edit", "OwnKey", "SearchedTime"];
const cells = () => document.getElementById("label-plot")?.timeSeriesPlot?.cells;
for (const name of OF_LABELS.map((name) => `tidemark${name}`)) functions[name] = (...args) => cells()?.[name](...args);
/* Report the columns when the user has finished changing them. */
functions.columnsChanged = ({ api, source, finished }, tell) => {
  if (finished === false || !/^(ui|toolPanel|autosize)/.test(source)) return;
  tell({ columns: api.getColumnState().map(({ colId, hide, width, flex }) => ({ colId, hide, width, flex })) });
};
/* A row that moves while one of its cells is edited loses the focus some frames later: restore it, with the caret. */
functions.keepEditing = ({ api }, frames = 20) => {
  const input = frames && !api.isDestroyed() && api.getCellEditorInstances()[0]?.getGui().querySelector("input");
  if (input && !document.activeElement.closest("input, textarea, select, button")) input.focus();
  if (input) requestAnimationFrame(() => functions.keepEditing({ api }, frames - 1));
};
renderers.TidemarkLabel = ({ data }) =>
  h("span", { className: `d-inline-flex align-items-center gap-2 tm-is-${data.status}` }, h("span", { className: "tm-swatch", style: { background: data.color } }), data.label);
