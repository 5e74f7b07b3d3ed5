/* While the label of a row is edited, list matching classes below or above the cell. */
import { element } from "./dom.mjs";
import { chosenIn, suggestionsFor } from "./suggestions.mjs";

export default (plot) => {
  let suggestions = null;
  const end = () => suggestions?.destroy();

  const begin = ({ column }) => {
    const input = column.getColId() === "label" && document.querySelector("#label-table .ag-cell-inline-editing input");
    if (!input) return;
    const list = element("div", { className: "tm-suggestions tm-cell-suggestions", id: "table-suggestions" });
    let clicked = false;
    list.addEventListener("click", () => (clicked = true), true);
    const take = (name) => {
      input.value = name;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      if (clicked) input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    };
    input.addEventListener("keydown", ({ key }) => key === "Tab" && chosenIn(list) && take(chosenIn(list)), true);
    const place = ({ left, top, bottom, width }) => {
      const below = window.innerHeight - bottom > list.offsetHeight + 8;
      return { left: `${left}px`, minWidth: `${Math.max(160, width)}px`, top: `${below ? bottom + 4 : top - list.offsetHeight - 4}px` };
    };
    suggestions = suggestionsFor(input, list, () => plot.labels.classes, take, { place });
    suggestions.fetch();
  };
  plot.on("table", (api) => {
    api.addEventListener("cellEditingStarted", begin);
    api.addEventListener("cellEditingStopped", end);
  });
  plot.on("closed", end);
};
