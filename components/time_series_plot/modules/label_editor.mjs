/* While the label of a row is edited, the classes that match what was typed stand below or above the cell. */
import { element } from "./dom.mjs";
import { suggestionsFor } from "./suggestions.mjs";

export default (plot) => {
  let list = null;

  const put = (input) => {
    const box = input.getBoundingClientRect();
    list.style.left = `${box.left}px`;
    list.style.minWidth = `${Math.max(160, box.width)}px`;
    const below = window.innerHeight - box.bottom > list.offsetHeight + 8;
    list.style.top = `${below ? box.bottom + 4 : box.top - list.offsetHeight - 4}px`;
  };
  const begin = ({ column }) => {
    const input = column.getColId() === "label" && document.querySelector("#label-table .ag-cell-inline-editing input");
    if (!input) return;
    end();
    list = element("div", { className: "tm-suggestions tm-cell-suggestions", role: "listbox", id: "table-suggestions" });
    document.body.append(list);
    const type = (name) => {
      input.value = name;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const take = (name) => {
      type(name);
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    };
    const suggestions = suggestionsFor(input, list, () => plot.labels.classes, take);
    const show = () => {
      suggestions.show();
      put(input);
    };
    const onKey = (event) => {
      const done = !event.isComposing && ["Enter", "Tab"].includes(event.key); // else an input method has it
      if (!suggestions.arrow(event) && done && suggestions.chosen()) type(suggestions.chosen());
    };
    input.addEventListener("input", show);
    input.addEventListener("keydown", onKey, true);
    show();
  };
  const end = () => {
    list?.remove();
    list = null;
  };
  plot.on("table", (api) => {
    api.addEventListener("cellEditingStarted", begin);
    api.addEventListener("cellEditingStopped", end);
  });
  plot.on("closed", end);
};
