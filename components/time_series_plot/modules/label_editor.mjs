/* While the label of a row is edited, the classes that match what was typed stand below or above the cell. */
import { element } from "./dom.mjs";

export default (plot) => {
  const MOST = 10;
  let list = null;
  let input = null;
  let chosen = -1;

  const found = () => plot.marks.matching(input.value).slice(0, MOST);
  const draw = () => {
    const classes = found();
    chosen = Math.min(chosen, classes.length - 1);
    list.replaceChildren(...classes.map(({ name, color }, place) => {
      const swatch = element("span", { className: "tm-swatch" });
      swatch.style.background = color;
      const option = element("div", { className: "tm-suggestion", role: "option", id: `table-suggestion-${place}` }, swatch, element("span", {}, name));
      option.setAttribute("aria-selected", String(place === chosen));
      option.onpointerdown = (event) => {
        event.preventDefault();
        take(name);
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      };
      return option;
    }));
    list.hidden = !classes.length;
    input.setAttribute("aria-activedescendant", chosen >= 0 ? `table-suggestion-${chosen}` : "");
    put();
  };
  const put = () => {
    const box = input.getBoundingClientRect();
    list.style.left = `${box.left}px`;
    list.style.minWidth = `${Math.max(160, box.width)}px`;
    const below = window.innerHeight - box.bottom > list.offsetHeight + 8;
    list.style.top = `${below ? box.bottom + 4 : box.top - list.offsetHeight - 4}px`;
  };
  const take = (name) => {
    input.value = name;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const onKey = (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = Math.max(-1, Math.min(found().length - 1, chosen + (event.key === "ArrowDown" ? 1 : -1)));
      draw();
      event.preventDefault();
      event.stopPropagation();
    } else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(found()[chosen].name);
  };
  const begin = ({ column }) => {
    if (column.getColId() !== "label") return;
    input = document.querySelector("#label-table .ag-cell-inline-editing input");
    if (!input) return;
    end();
    chosen = -1;
    list = element("div", { className: "tm-suggestions tm-cell-suggestions", role: "listbox", id: "table-suggestions" });
    document.body.append(list);
    const combobox = { role: "combobox", "aria-expanded": "true", "aria-controls": "table-suggestions", "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(combobox)) input.setAttribute(name, value);
    input.addEventListener("input", draw);
    input.addEventListener("keydown", onKey, true);
    draw();
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
