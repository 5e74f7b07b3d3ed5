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
  const fetch = (text, show) => show(matching(classes(), text).slice(0, MOST));
  const ours = { position: "", top: "", left: "", width: "", height: "", maxHeight: "" }; // as in the style sheet
  const customize = (_input, box) => Object.assign(container.style, ours, place?.(box));
  const onSelect = ({ name }) => take(name);
  return autocomplete({ input, container, render, fetch, customize, onSelect, minLength: 0, showOnFocus: true, disableAutoSelect: true });
};
