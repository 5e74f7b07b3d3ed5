/* A section of the page of models: which label class each class index means, edited in place. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const page = tm.modelsPage;
  const AT_ONCE = 100; // rows; more when asked for
  const SOURCES = { you: "you", checkpoint: "the checkpoint", classes: "the index of the label class", number: "nobody yet" };
  let all = null; // the model all of whose classes are shown

  const say = (one, index, values) => page.change({ do: "class", id: one.id, index, ...values });

  const name = (one, mine) => {
    const input = tm.element("input", { type: "text", className: "form-control form-control-sm", defaultValue: mine.name, maxLength: 100, autocomplete: "off", "aria-label": `Label class of index ${mine.index}` });
    input.dataset.field = `class-name-${mine.index}`;
    input.setAttribute("list", "tm-model-class-names");
    input.onchange = () => {
      input.defaultValue = input.value; // it is on its way
      say(one, mine.index, { name: input.value.trim() });
    };
    input.onkeydown = (event) => {
      if (event.key === "Escape") input.value = input.defaultValue;
      if (event.key === "Enter" || event.key === "Escape") input.blur();
    };
    return input;
  };
  const color = (one, mine) => {
    if (mine.known) {
      const swatch = tm.element("span", { className: "tm-class-color tm-model-color", title: `The colour of the label class: ${mine.color}` });
      swatch.style.background = mine.color;
      return swatch;
    }
    const input = tm.element("input", { type: "color", className: "tm-model-color tm-model-color-own", value: tm.classColors.hex(mine.color), title: "Colour of the label class that is made of it", "aria-label": `Colour of index ${mine.index}` });
    input.dataset.field = `class-color-${mine.index}`;
    input.onchange = () => say(one, mine.index, { color: input.value });
    return input;
  };
  const skip = (one, mine) => {
    const input = tm.element("input", { type: "checkbox", className: "form-check-input", checked: mine.skip, "aria-label": `Index ${mine.index} is background: no labels are made of it` });
    input.title = "Background: no labels are made of it";
    input.dataset.field = `class-skip-${mine.index}`;
    input.onchange = () => say(one, mine.index, { skip: input.checked });
    return input;
  };
  const row = (one, mine) => {
    const said = one.said.includes(mine.index);
    const reset = page.tool(`class-reset-${mine.index}`, "arrow-counterclockwise", `Index ${mine.index} as it was at first`, () => page.change({ do: "forget-class", id: one.id, index: mine.index }));
    reset.style.visibility = said ? "" : "hidden";
    const source = tm.element("span", { className: "tm-count" }, SOURCES[mine.source]);
    const line = tm.element("div", { className: "tm-model-class", role: "listitem" }, tm.element("span", { className: "tm-model-index" }, String(mine.index)), color(one, mine), name(one, mine), source, skip(one, mine), reset);
    line.classList.toggle("tm-skipped", mine.skip);
    return line;
  };
  const setChoice = ({ sets, set }) => {
    if (sets.length < 2) return null;
    const choice = tm.choice(sets.map(({ id, name: words }) => [id, words]), set);
    choice.dataset.field = "class-set";
    choice.onchange = () => page.useSet(Number(choice.value));
    return tm.element("label", { className: "tm-model-set" }, "In the label set", choice);
  };
  const classes = (one, state) => {
    const shown = all === one.id ? one.classes : one.classes.slice(0, AT_ONCE);
    const titles = ["Index", "Colour", "Label class", "Said by", "Skip", ""].map((title) => tm.element("span", {}, title));
    const names = tm.element("datalist", { id: "tm-model-class-names" }, ...state.classes.map(({ name: value }) => tm.element("option", { value })));
    const lines = tm.element("div", { role: "list", "aria-label": "Classes of this model" }, ...shown.map((mine) => row(one, mine)));
    const foot = tm.element("div", { className: "tm-model-classes-foot" });
    if (shown.length < one.classes.length) {
      const more = tm.element("button", { type: "button", className: "btn btn-sm btn-link" }, `Show all ${one.classes.length.toLocaleString("en")} classes`);
      more.onclick = () => ((all = one.id), page.redraw());
      foot.append(more);
    }
    if (one.said.length) {
      const reset = tm.element("button", { type: "button", className: "btn btn-sm btn-link" }, tm.element("i", { className: "bi bi-arrow-counterclockwise", "aria-hidden": "true" }), "All as they were at first");
      reset.dataset.field = "class-reset";
      reset.onclick = () => page.change({ do: "forget-class", id: one.id });
      foot.append(reset);
    }
    const words = tm.element("p", { className: "tm-count" }, "What labels the model makes for each number it predicts. A name that is no label class yet becomes one.");
    const table = tm.element("div", { className: "tm-model-classes" }, tm.element("div", { className: "tm-model-class tm-class-titles", "aria-hidden": "true" }, ...titles), lines);
    const parts = [words, setChoice(state), names, table, foot.childElementCount ? foot : null];
    return page.titled("Its classes", ...parts.filter(Boolean));
  };
  page.section(30, classes);
})();
