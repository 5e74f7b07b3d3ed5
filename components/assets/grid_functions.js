/* Functions and cell renderers that the grids of the pages name; what they say comes with the rows. */
(function () {
  "use strict";
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const renderers = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const h = (...given) => window.React.createElement(...given);
  const icon = (name) => h("i", { className: `bi bi-${name}`, "aria-hidden": "true" });

  /** A button of a cell: {do, title, icon, text, color, ink, className, disabled}. A click reports `do`. */
  const button = ({ do: action, title, icon: sign, text, color, ink, className = "tm-tool", disabled = false }, setData) =>
    h(
      "button",
      { key: action, type: "button", className, title, "aria-label": text && className.includes("btn") ? undefined : title, disabled, style: { background: color, color: ink }, onClick: () => setData({ do: action }) },
      sign ? icon(sign) : null,
      text,
    );
  /** Buttons side by side: the value is a list of them. */
  renderers.CellButtons = ({ value, setData }) => h("span", { className: "tm-cell-buttons" }, ...(value || []).map((one) => button(one, setData)));
  /** A warning: a sentence, and a button that mends it. */
  renderers.CellWarning = ({ value, data, setData }) =>
    h("span", { className: "tm-color-warning" }, icon("exclamation-triangle"), `${value}. `, ...data.buttons.map((one) => button(one, setData)));

  /** A label class beside the plot: a click labels with it, the swatch and the tools report what they do. */
  renderers.CellClass = ({ data, setData }) => {
    if (data.heading) return h("h3", { className: "tm-class-others" }, data.heading);
    const report = (action) => (event) => (event.preventDefault(), event.stopPropagation(), setData({ do: action }));
    const held = (event) => event.preventDefault(); // the focus stays where it is: keys go on to be the plot's
    return h(
      "div",
      { className: `tm-class-row${data.hidden ? " tm-hidden-class" : ""}`, onContextMenu: report("edit"), onPointerDown: held, onMouseDown: held },
      h(
        "button",
        { type: "button", className: "tm-class", title: data.use, onClick: () => window.tidemark.marks.useClass(data.name) },
        h("span", { className: "tm-swatch", style: { background: data.color }, title: data.swatch, onClick: report("hide") }),
        h("span", { className: "tm-class-name" }, data.name),
        h("span", { className: "tm-count" }, data.count),
        data.key ? h("kbd", { className: "tm-key" }, data.key) : null,
      ),
      h("span", { className: "tm-class-tools" }, ...data.tools.map((one) => button(one, setData))),
    );
  };

  /** A folder, or a file with what is to be known of it, in a tree. */
  renderers.CellOutput = ({ data }) =>
    h(
      "span",
      { className: "tm-node", style: { paddingLeft: `${data.depth * 14}px` }, title: data.path },
      data.kind === "folder" ? icon("folder") : null,
      h("span", { className: "tm-node-name" }, data.name),
      data.badge ? h("span", { className: `badge ${data.badgeStyle}`, title: data.badgeTitle }, data.badge) : null,
    );

  /** A cell that offers values shows them as soon as it is edited. */
  functions.openChoices = ({ column }) =>
    requestAnimationFrame(() => {
      const picker = document.querySelector(`.ag-cell-inline-editing[col-id="${column.getColId()}"] .ag-picker-collapsed`);
      picker?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
    });

  /* ---- the order of rows: by dragging, or by Ctrl+Shift+arrows ------------------------------------- */
  let moved = null; // the row that keeps the focus when the rows come in their new order
  const ordered = (api) => {
    const rows = [];
    api.forEachNodeAfterFilterAndSort((node) => node.data.class && rows.push(node));
    return rows;
  };
  const report = (rows, tell) => tell({ ids: rows.map(({ data }) => data.class) });
  functions.rowsDragged = ({ api }, tell) => report(ordered(api), tell);
  functions.rowMovedByKey = ({ api, event, node, column }, tell) => {
    if (!event.ctrlKey || !event.shiftKey || !/^Arrow(Up|Down)$/.test(event.key) || !node.data.class) return;
    event.preventDefault();
    const rows = ordered(api);
    const from = rows.indexOf(node);
    const to = from + (event.key === "ArrowUp" ? -1 : 1);
    if (to < 0 || to >= rows.length) return;
    rows.splice(to, 0, ...rows.splice(from, 1));
    moved = { id: node.id, column: column.getColId() };
    report(rows, tell);
  };
  functions.focusMovedRow = ({ api }) => {
    const node = moved && api.getRowNode(moved.id);
    if (node) api.setFocusedCell(node.rowIndex, moved.column);
    moved = null;
  };

  /* ---- the history: an edit is pointed at, gone to, gone back to ------------------------------------ */
  const REST = 90; // ms a pointer or the focus rests on an edit before it is shown on the plot
  let pointing = 0;
  functions.historyEvent = ({ type, api, node, rowIndex, column, event }, tell) => {
    const row = node || (Number.isInteger(rowIndex) ? api.getDisplayedRowAtIndex(rowIndex) : null);
    const point = (revision) => {
      clearTimeout(pointing);
      pointing = setTimeout(() => tell({ point: revision }), REST);
    };
    if (type === "bodyScrollEnd") return void (api.getLastDisplayedRowIndex() >= api.getDisplayedRowCount() - 5 && tell({ more: api.getDisplayedRowCount() }));
    if (!row) return;
    const { revision, buttons } = row.data;
    if (type === "cellMouseOut") point(null);
    else if (type === "cellMouseOver" || type === "cellFocused") point(revision);
    else if (type === "cellClicked" && !event.target.closest("button")) tell({ go: revision });
    else if (type === "cellKeyDown" && event.key === "Enter") tell(column.getColId() === "buttons" && buttons.length ? { restore: revision } : { go: revision });
    else if (type === "cellKeyDown" && event.key === "Escape") document.activeElement.blur();
  };
  /** What an edit did, and what became of it. */
  renderers.CellEdit = ({ value, data }) =>
    h(
      "span",
      { className: "d-flex align-items-center gap-2" },
      h("span", { className: "tm-edit-what", title: value }, value),
      ...data.badges.map(({ text, title }) => h("span", { key: text, className: "badge tm-edit-badge", title }, text)),
    );
})();
