/* The label classes that match the text of a field, as a list next to it. */
import { element } from "./dom.mjs";

const MOST = 12;

/* Classes with a text in their names, those that begin with it first. */
const matching = (classes, text) => {
  const typed = text.trim().toLowerCase();
  const begins = ({ name }) => name.toLowerCase().startsWith(typed);
  return classes.filter(({ name }) => name.toLowerCase().includes(typed)).sort((a, b) => begins(b) - begins(a));
};

/** Suggestions for an input in `list`, an element with an id; `take` is called with the name that is pressed. */
export const suggestionsFor = (input, list, classes, take, { keys = false } = {}) => {
  let [found, chosen] = [[], -1];
  const combobox = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(combobox)) input.setAttribute(name, value);
  const idOf = (place) => `${list.id.replace(/s$/, "")}-${place}`;

  const option = ({ name, color, hotkey }, place) => {
    const swatch = element("span", { className: "tm-swatch" });
    swatch.style.background = color;
    const made = element("div", { className: "tm-suggestion", role: "option", id: idOf(place) }, swatch, element("span", {}, name));
    if (keys && hotkey) made.append(element("kbd", { className: "tm-key" }, hotkey));
    made.setAttribute("aria-selected", String(place === chosen));
    made.onpointerdown = (event) => {
      event.preventDefault();
      take(name);
    };
    return made;
  };
  const draw = () => {
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.setAttribute("aria-activedescendant", chosen >= 0 ? idOf(chosen) : "");
    list.replaceChildren(...found.map(option));
  };
  return {
    /** Show what matches now. */
    show: () => {
      found = matching(classes(), input.value).slice(0, MOST);
      chosen = Math.min(chosen, found.length - 1);
      draw();
    },
    hide: () => {
      [found, chosen] = [[], -1];
      draw();
    },
    /** Nothing is chosen any more: something was typed. */
    forget: () => (chosen = -1),
    /** An arrow key goes from one to the next; false for any other key. */
    arrow: (event) => {
      const by = !event.isComposing && { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by) return false;
      chosen = Math.max(-1, Math.min(found.length - 1, chosen + by));
      draw();
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    /** The name that was chosen by arrows, or undefined. */
    chosen: () => found[chosen]?.name,
  };
};
