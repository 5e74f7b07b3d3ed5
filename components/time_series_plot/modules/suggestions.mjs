/* A list of label classes that match the text of a field: the library autocompleter, in vendor/. */
import autocomplete from "./autocomplete.mjs";
import { element } from "./dom.mjs";

const MOST = 12;

/* Classes whose name contains a text, those that begin with it first. */
const matching = (classes, text) => {
  const typed = text.trim().toLowerCase();
  const begins = ({ name }) => name.toLowerCase().startsWith(typed);
  return classes.filter(({ name }) => name.toLowerCase().includes(typed)).sort((a, b) => begins(b) - begins(a));
};

/** The name chosen by arrow keys in a list of suggestions, or undefined. */
export const chosenIn = (list) => list?.querySelector("[aria-selected=true]")?.dataset.name;

/** Suggest `classes()` for an input in `container`; `take` is called with the chosen name, `place` moves the list.
    Returns {fetch, destroy}. */
export const suggestionsFor = (input, container, classes, take, { place, keys = false }) => {
  const render = ({ name, color, hotkey }) => {
    const swatch = element("span", { className: "tm-swatch" });
    swatch.style.background = color;
    const option = element("div", { className: "tm-suggestion", "data-name": name }, swatch, element("span", {}, name));
    if (keys && hotkey) option.append(element("kbd", { className: "tm-key" }, hotkey));
    return option;
  };
  let drawn = "";
  /* Drawn at the input itself, and only once: the library draws again in a timer, which would drop a choice made meanwhile. */
  const fetch = (text, show) => {
    const [before, found] = [container.isConnected && drawn, matching(classes(), text).slice(0, MOST)];
    drawn = JSON.stringify([text, found]);
    if (drawn !== before) show(found);
  };
  const ours = { position: "", top: "", left: "", width: "", height: "", maxHeight: "" }; // as in the style sheet
  const customize = (_input, box) => Object.assign(container.style, ours, place?.(box));
  const onSelect = ({ name }) => take(name);
  const made = autocomplete({ input, container, render, fetch, customize, onSelect, minLength: 0, showOnFocus: true, disableAutoSelect: true });
  input.addEventListener("input", made.fetch);
  return made;
};

/** While the label of a row of the table is edited, list matching classes below or above the cell. */
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
