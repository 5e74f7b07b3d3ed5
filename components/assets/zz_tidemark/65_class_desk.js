/* Label classes are changed by commands to the server (routes/label_classes.py); here is what sends them, and the dialog
   that changes one class. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const KEYS = [..."1234567890"];

  const desk = (tm.classDesk = {
    /** Sets, the classes of one of them, folders. */
    state: (set) => tm.ask(`/label-classes?set=${set ?? ""}`),
    /** Do something; answers with its result and the state of `set` then. Open files follow at once. */
    send: async (command, set) => {
      const answer = await tm.post(`/label-classes?set=${set ?? ""}`, command);
      tm.labels.exchange();
      return answer;
    },
  });

  /** A colour to choose: the palette, any other, and what is wrong with it beside `others`. Its `value` is a CSS colour. */
  const colorField = (color, others, palette) => {
    const swatches = palette.map((value) => {
      const button = tm.element("button", { type: "button", className: "tm-palette-color", title: value, "aria-label": `Colour ${value}` });
      button.style.background = value;
      button.onclick = () => choose(value);
      return button;
    });
    const custom = tm.element("input", { type: "color", className: "form-control form-control-color form-control-sm", title: "Another colour", "aria-label": "Another colour" });
    const warning = tm.element("div", { className: "tm-color-warning", role: "status" });
    const node = tm.element("div", { className: "tm-dialog-field" }, tm.element("span", {}, "Colour"));
    node.append(tm.element("div", { className: "tm-palette" }, ...swatches, custom), warning);
    const choose = (value) => {
      node.value = value;
      custom.value = tm.classColors.hex(value);
      swatches.forEach((button, at) => button.setAttribute("aria-pressed", String(palette[at] === value)));
      const words = tm.classColors.problem(value, others);
      warning.replaceChildren(...(words ? [`${words}. `, better()] : []));
    };
    const better = () => {
      const suggested = tm.classColors.better(others, palette);
      const swatch = tm.element("span", { className: "tm-swatch" });
      swatch.style.background = suggested;
      const button = tm.element("button", { type: "button", className: "btn btn-sm btn-link tm-better" }, swatch, `Use ${suggested}`);
      button.onclick = () => choose(suggested);
      return button;
    };
    custom.oninput = () => choose(custom.value);
    choose(color);
    return node;
  };

  const keyChoices = (one, classes) => [
    ["", "No key"],
    ...KEYS.map((key) => {
      const owner = classes.find((other) => other.hotkey === key && other.id !== one.id);
      return [key, owner ? `${key} (swaps with “${owner.name}”)` : key];
    }),
  ];

  /** The dialog that changes a class: name, colour, key, exclusive. `done` gets the state after it. */
  desk.edit = async (id, set, { color = false, done } = {}) => {
    const state = await desk.state(set);
    const one = state.classes.find((known) => known.id === id);
    if (!one) return tm.toast("This label class does not exist (any more).", "warning");
    const others = state.classes.filter((other) => other.id !== id);
    const name = tm.element("input", { className: "form-control form-control-sm", value: one.name, maxLength: 100, required: true, autocomplete: "off" });
    const shade = colorField(one.color, others, state.palette);
    const key = tm.choice(keyChoices(one, state.classes), one.hotkey || "");
    const exclusive = tm.element("input", { type: "checkbox", className: "form-check-input", checked: one.exclusive });
    const trims = tm.element("label", { className: "tm-dialog-check" }, exclusive, "Exclusive: a new label of this class trims what lies underneath");
    const use = `${tm.count(one.labels, "label")} in ${tm.count(one.files, "file")} ${one.labels === 1 ? "has" : "have"} this class.`;
    const run = async () => {
      const changes = [
        name.value.trim() !== one.name && { do: "rename", id, name: name.value },
        shade.value !== one.color && { do: "recolor", id, color: shade.value },
        key.value !== (one.hotkey || "") && { do: "key", id, key: key.value },
        exclusive.checked !== one.exclusive && { do: "exclusive", id, exclusive: exclusive.checked },
      ];
      for (const change of changes.filter(Boolean)) {
        const answer = await desk.send(change, set);
        if (done) done(answer.state);
      }
    };
    const body = [tm.field("Name", name), shade, tm.field("Key", key), trims, tm.element("p", { className: "tm-count" }, use)];
    tm.dialog({ title: `Label class “${one.name}”`, body, submit: "Save", run });
    if (color) shade.querySelector("[aria-pressed=true], input").focus();
    else name.select();
  };
})();
