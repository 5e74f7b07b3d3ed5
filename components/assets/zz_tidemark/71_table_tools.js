/* What stands above the table: search over all columns, how many labels there are, which columns are shown. Columns are
   remembered with their order and width. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { gridFunctions: functions } = tm;
  let table = null;

  tm.on("table", (api) => {
    table = api;
    search();
    columns.recall();
    for (const event of ["columnMoved", "columnResized", "columnVisible"]) api.addEventListener(event, columns.changed);
    api.addEventListener("filterChanged", count);
  });
  const there = () => table && !table.isDestroyed();

  /* ---- search ------------------------------------------------------------------------------------ */
  functions.tidemarkNotSearched = () => "";
  /* A time is found as it stands there, and as the file has it. */
  functions.tidemarkSearchedTime = ({ data, value, colDef }) => {
    const shown = colDef.field === "startText" ? functions.tidemarkStart : functions.tidemarkEnd;
    return `${value}\n${shown({ data, value })}`;
  };
  const field = () => tm.byId("table-search");
  const search = () => there() && table.setGridOption("quickFilterText", field()?.value || "");
  document.addEventListener("input", ({ target }) => target.id === "table-search" && search());
  const clear = () => {
    tm.set("table-search", { value: "" });
    field().value = "";
    search();
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "table-search" || event.isComposing) return;
    if (event.key === "Escape") field().value ? clear() : tm.pane.toPlot();
    else if (event.key === "Enter" || event.key === "ArrowDown") tm.focusTable();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  tm.keys.define("search-labels", () => {
    tm.pane.open("labels");
    field()?.focus(); // at once: the next key is the first letter
    field()?.select();
  });
  tm.on("recording", () => field() && clear());

  const count = () => {
    const place = tm.byId("label-count");
    if (!place || !there()) return;
    const { accepted, suggested, rejected } = tm.labels.tally();
    const all = accepted + suggested + (tm.labels.rejectedShown ? rejected : 0);
    const filtered = table.isAnyFilterPresent();
    const shown = filtered ? `${table.getDisplayedRowCount().toLocaleString("en")} of ${all.toLocaleString("en")}` : accepted.toLocaleString("en");
    place.textContent = (filtered ? all : accepted) ? shown : "";
  };
  for (const event of ["tablefilled", "labels"]) tm.on(event, count);

  /* ---- rejected suggestions ---------------------------------------------------------------------- */
  tm.actions.showRejected = () => {
    tm.labels.rejectedShown = !tm.labels.rejectedShown;
    tm.emit("rejected");
    switched();
  };
  const switched = () => {
    const button = tm.byId("review-rejected-button");
    if (!button) return;
    const { rejected } = tm.labels.tally();
    button.hidden = !rejected && !tm.labels.rejectedShown;
    button.classList.toggle("tm-on", tm.labels.rejectedShown);
    button.setAttribute("aria-pressed", String(tm.labels.rejectedShown));
    const words = `${tm.labels.rejectedShown ? "Hide" : "Show"} ${tm.count(rejected, "rejected suggestion")}`;
    button.title = words;
    button.setAttribute("aria-label", words);
  };
  for (const event of ["labels", "mounted"]) tm.on(event, switched);

  /* ---- columns ----------------------------------------------------------------------------------- */
  const columns = {
    recall: async () => {
      const kept = await tm.preferences.load("table");
      if (!there()) return;
      columns.use(kept?.columns);
      columns.own = Boolean(kept?.own);
      columns.list();
      columns.ofSuggestions();
    },
    own: null, // did somebody choose whether status and score are shown?
    /* They come by themselves with the first suggestion, unless somebody chose. */
    ofSuggestions: () => {
      if (columns.own !== false || !there() || table.getColumn("status")?.isVisible()) return;
      if (!tm.labels.list().some(({ model, status }) => model || status !== "accepted")) return;
      table.setColumnsVisible(["status", "score"], true);
      columns.list();
    },
    use: (state) => {
      if (Array.isArray(state)) table.applyColumnState({ state, applyOrder: true });
    },
    changed: ({ source, finished }) => {
      if (finished === false || !/^(ui|toolPanel|autosize|flex)/.test(source)) return; // what a person did, once it is done
      columns.keep();
    },
    keep: () => {
      const state = table.getColumnState().map(({ colId, hide, width, flex }) => ({ colId, hide, width, flex }));
      tm.preferences.save("table", { columns: state, ...(columns.own && { own: true }) });
      columns.list();
    },
    list: () => {
      const place = tm.byId("table-columns");
      if (!place) return;
      place.replaceChildren(
        ...table.getAllGridColumns().filter((column) => column.getColDef().headerName).map((column) => {
          const box = tm.element("input", { type: "checkbox", className: "form-check-input", checked: column.isVisible() });
          box.onchange = () => {
            table.setColumnsVisible([column.getColId()], box.checked);
            columns.own = columns.own || /^(status|score)$/.test(column.getColId());
            columns.keep();
          };
          return tm.element("label", {}, box, tm.element("span", {}, column.getColDef().headerName));
        }),
      );
    },
  };
  tm.actions.resetColumns = () => {
    if (!there()) return;
    table.resetColumnState();
    table.applyColumnState({ state: [{ colId: "startText", sort: "asc" }] });
    tm.preferences.save("table", null);
    columns.own = false;
    columns.list();
    columns.ofSuggestions();
  };
  tm.on("tablefilled", columns.ofSuggestions);
})();
