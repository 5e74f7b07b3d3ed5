/* What stands above the table: search over all columns, how many labels there are, which columns are shown. Columns are
   remembered with their order and width. */
import { shell } from "./bridge.mjs";
import { byId, element, plural, setProps } from "./dom.mjs";

export default (plot) => {
  let table = null;

  plot.on("table", (api) => {
    table = api;
    search();
    columns.recall();
    for (const event of ["columnMoved", "columnResized", "columnVisible"]) api.addEventListener(event, columns.changed);
    api.addEventListener("filterChanged", count);
  });
  const there = () => table && !table.isDestroyed();

  /* ---- search ------------------------------------------------------------------------------------ */
  /* A time is found as it stands there, and as the file has it. */
  plot.cells.tidemarkSearchedTime = ({ data, value, colDef }) => {
    const shown = colDef.field === "startText" ? plot.cells.tidemarkStart : plot.cells.tidemarkEnd;
    return `${value}\n${shown({ data, value })}`;
  };
  const field = () => byId("table-search");
  const search = () => there() && table.setGridOption("quickFilterText", field()?.value || "");
  plot.listen(document, "input", ({ target }) => target.id === "table-search" && search());
  const clear = () => {
    setProps("table-search", { value: "" });
    field().value = "";
    search();
  };
  plot.listen(document, "keydown", (event) => {
    if (event.target.id !== "table-search" || event.isComposing) return;
    if (event.key === "Escape") field().value ? clear() : shell.pane.toPlot();
    else if (event.key === "Enter" || event.key === "ArrowDown") plot.focusTable();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  plot.keys.define("search-labels", () => {
    shell.pane.open("labels");
    field()?.focus(); // at once: the next key is the first letter
    field()?.select();
  });
  plot.on("recording", () => field() && clear());

  const count = () => {
    const place = byId("label-count");
    if (!place || !there()) return;
    const { accepted, suggested, rejected } = plot.labels.tally();
    const all = accepted + suggested + (plot.labels.rejectedShown ? rejected : 0);
    const filtered = table.isAnyFilterPresent();
    const shown = filtered ? `${table.getDisplayedRowCount().toLocaleString("en")} of ${all.toLocaleString("en")}` : accepted.toLocaleString("en");
    place.textContent = (filtered ? all : accepted) ? shown : "";
  };
  for (const event of ["tablefilled", "labels"]) plot.on(event, count);

  /* ---- rejected suggestions ---------------------------------------------------------------------- */
  plot.actions.showRejected = () => {
    plot.labels.showRejected(!plot.labels.rejectedShown);
  };
  plot.on("rejected", () => switched());
  const switched = () => {
    const button = byId("review-rejected-button");
    if (!button) return;
    const { rejected } = plot.labels.tally();
    button.hidden = !rejected && !plot.labels.rejectedShown;
    button.classList.toggle("tm-on", plot.labels.rejectedShown);
    button.setAttribute("aria-pressed", String(plot.labels.rejectedShown));
    const words = `${plot.labels.rejectedShown ? "Hide" : "Show"} ${plural(rejected, "rejected suggestion")}`;
    button.title = words;
    button.setAttribute("aria-label", words);
  };
  for (const event of ["labels", "mounted"]) plot.on(event, switched);

  /* ---- columns ----------------------------------------------------------------------------------- */
  const columns = {
    recall: async () => {
      const kept = await plot.preferences.load("table");
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
      if (!plot.labels.list().some(({ model, status }) => model || status !== "accepted")) return;
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
      plot.preferences.save("table", { columns: state, ...(columns.own && { own: true }) });
      columns.list();
    },
    list: () => {
      const place = byId("table-columns");
      if (!place) return;
      place.replaceChildren(
        ...table.getAllGridColumns().filter((column) => column.getColDef().headerName).map((column) => {
          const box = element("input", { type: "checkbox", className: "form-check-input", checked: column.isVisible() });
          box.onchange = () => {
            table.setColumnsVisible([column.getColId()], box.checked);
            columns.own = columns.own || /^(status|score)$/.test(column.getColId());
            columns.keep();
          };
          return element("label", { className: "d-flex align-items-center gap-2 px-3 py-1 tm-fine text-nowrap" }, box, element("span", {}, column.getColDef().headerName));
        }),
      );
    },
  };
  plot.actions.resetColumns = () => {
    if (!there()) return;
    table.resetColumnState();
    table.applyColumnState({ state: [{ colId: "startText", sort: "asc" }] });
    plot.preferences.save("table", null);
    columns.own = false;
    columns.list();
    columns.ofSuggestions();
  };
  plot.on("tablefilled", columns.ofSuggestions);
};
