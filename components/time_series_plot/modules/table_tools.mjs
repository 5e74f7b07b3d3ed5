/* Controls above the table: search over all columns, number of labels. */
import { byId, plural, setProps, update } from "./dom.mjs";

export default (plot) => {
  plot.on("table", (api) => {
    search();
    api.addEventListener("filterChanged", count);
  });

  /* ---- search ------------------------------------------------------------------------------------ */
  /* A time matches in the displayed form and in the file's. */
  plot.cells.tidemarkSearchedTime = ({ data, value, colDef }) => {
    const text = colDef.field === "startText" ? plot.cells.tidemarkStart : plot.cells.tidemarkEnd;
    return `${value}\n${text({ data, value })}`;
  };
  const field = () => byId("table-search");
  const search = () => plot.table()?.setGridOption("quickFilterText", field()?.value || "");
  plot.listen(document, "input", ({ target }) => target.id === "table-search" && search());
  const clear = () => {
    setProps("table-search", { value: "" });
    field().value = "";
    search();
  };
  plot.listen(document, "keydown", (event) => {
    if (event.target.id !== "table-search") return;
    if (event.key === "Escape") field().value ? clear() : document.activeElement?.blur();
    else if (event.key === "Enter" || event.key === "ArrowDown") plot.focusTable();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  plot.actions["search-labels"] = () => {
    byId("pane-labels-tab").click();
    field()?.focus(); // immediately: the next key is the first letter
    field()?.select();
  };
  plot.on("recording", () => field() && clear());

  const count = () => {
    const [place, table] = [byId("label-count"), plot.table()];
    if (!place || !table) return;
    const { accepted, suggested, rejected } = plot.labels.tally();
    const all = accepted + suggested + (plot.labels.rejectedShown ? rejected : 0);
    const filtered = table.isAnyFilterPresent();
    const count = filtered ? `${table.getDisplayedRowCount().toLocaleString("en")} of ${all.toLocaleString("en")}` : accepted.toLocaleString("en");
    place.textContent = (filtered ? all : accepted) ? count : "";
  };
  for (const event of ["tablefilled", "labels"]) plot.on(event, count);

  /* ---- rejected suggestions ---------------------------------------------------------------------- */
  plot.actions["show-rejected"] = () => plot.labels.showRejected(!plot.labels.rejectedShown);
  const switched = () => {
    const [pressed, { rejected }] = [plot.labels.rejectedShown, plot.labels.tally()];
    const words = `${pressed ? "Hide" : "Show"} ${plural(rejected, "rejected suggestion")}`;
    update("review-rejected-button", { hidden: !rejected && !pressed, pressed, words });
  };
  for (const event of ["labels", "mounted", "rejected"]) plot.on(event, switched);
};
