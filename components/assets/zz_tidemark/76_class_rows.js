/* The classes of a set as rows: name, key, index and exclusive are edited in place; the order by dragging, by buttons or
   by Ctrl+Shift+arrows. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const page = tm.classesPage;

  const tool = (field, icon, title, run, disabled = false) => {
    const button = tm.element("button", { type: "button", className: "tm-tool", title, "aria-label": title, disabled }, tm.element("i", { className: `bi bi-${icon}`, "aria-hidden": "true" }));
    button.dataset.field = field;
    button.onclick = run;
    return button;
  };
  /* A text that is kept with Enter or when it is left; Escape puts back what was there. */
  const inPlace = (field, type, value, label, keep) => {
    const input = tm.element("input", { type, className: "form-control form-control-sm", defaultValue: value, title: label, "aria-label": label, autocomplete: "off" });
    input.dataset.field = field;
    input.onchange = () => {
      input.defaultValue = input.value; // it is on its way
      keep(input.value);
    };
    input.onkeydown = (event) => {
      if (event.key === "Escape") input.value = input.defaultValue;
      if (event.key === "Enter" || event.key === "Escape") input.blur();
    };
    return input;
  };

  const move = (id, step) => {
    const ids = page.state.classes.map((one) => one.id);
    const from = ids.indexOf(id);
    const to = from + step;
    if (from < 0 || to < 0 || to >= ids.length) return;
    ids.splice(to, 0, ...ids.splice(from, 1));
    reorder(ids);
  };
  const reorder = (ids) => page.change({ do: "reorder", set: page.set, ids });
  const moveTo = (id, before) => {
    const ids = page.state.classes.map((one) => one.id).filter((other) => other !== id);
    ids.splice(before === null ? ids.length : ids.indexOf(before), 0, id);
    reorder(ids);
  };

  /* ---- one row ----------------------------------------------------------------------------------- */
  const swatch = (one) => {
    const button = tm.element("button", { type: "button", className: "tm-class-color", title: `Colour of “${one.name}”: ${one.color}`, "aria-label": `Colour of “${one.name}”` });
    button.dataset.field = `color-${one.id}`;
    button.style.background = one.color;
    button.style.color = tm.inkOn(one.color);
    button.textContent = "Aa";
    button.onclick = () => tm.classDesk.edit(one.id, page.set, { color: true, done: page.show }).catch((error) => tm.toast(error.message, "warning"));
    return button;
  };
  const warning = (one, earlier, classes, palette) => {
    const words = tm.classColors.problem(one.color, earlier);
    if (!words) return null;
    const better = tm.classColors.better(classes.filter(({ id }) => id !== one.id), palette);
    const use = tm.element("button", { type: "button", className: "btn btn-sm btn-link tm-better" }, tm.element("span", { className: "tm-swatch" }), `Use ${better}`);
    use.firstChild.style.background = better;
    use.dataset.field = `better-${one.id}`;
    use.onclick = () => page.change({ do: "recolor", id: one.id, color: better });
    return tm.element("div", { className: "tm-color-warning" }, tm.element("i", { className: "bi bi-exclamation-triangle", "aria-hidden": "true" }), `${words}. `, use);
  };
  const keySelect = (one) => {
    const keys = [["", "–"], ...[..."1234567890"].map((key) => [key, key])];
    const select = tm.choice(keys, one.hotkey || "", { "aria-label": `Key of “${one.name}”`, title: "A key that another class has swaps" });
    select.dataset.field = `key-${one.id}`;
    select.onchange = () => page.change({ do: "key", id: one.id, key: select.value });
    return select;
  };
  const index = (one) => {
    const keep = (text) => page.change({ do: "index", id: one.id, index: text === "" ? null : Number(text) });
    const input = inPlace(`index-${one.id}`, "number", one.index ?? "", `Number that models predict for “${one.name}”`, keep);
    return Object.assign(input, { min: 0, max: 9999, step: 1, placeholder: "–" });
  };
  const exclusive = (one) => {
    const title = "Exclusive: a new label of this class trims what lies underneath";
    const input = tm.element("input", { type: "checkbox", className: "form-check-input", checked: one.exclusive, title, "aria-label": `“${one.name}” is exclusive` });
    input.dataset.field = `exclusive-${one.id}`;
    input.onchange = () => page.change({ do: "exclusive", id: one.id, exclusive: input.checked });
    return input;
  };
  const row = (one, place, { classes, palette }) => {
    const grip = tm.element("span", { className: "tm-grip", draggable: true, title: "Drag to another place (Ctrl+Shift+arrows)" }, tm.element("i", { className: "bi bi-grip-vertical", "aria-hidden": "true" }));
    const name = inPlace(`name-${one.id}`, "text", one.name, "Name", (text) => page.change({ do: "rename", id: one.id, name: text }));
    name.maxLength = 100;
    const use = tm.element("span", { className: "tm-count", title: `${tm.count(one.labels, "label")} in ${tm.count(one.files, "file")}` });
    use.textContent = one.labels ? `${one.labels.toLocaleString("en")} in ${tm.count(one.files, "file")}` : "–";
    const tools = tm.element(
      "span",
      { className: "tm-class-line-tools" },
      tool(`up-${one.id}`, "arrow-up", `Move “${one.name}” up`, () => move(one.id, -1), place === 0),
      tool(`down-${one.id}`, "arrow-down", `Move “${one.name}” down`, () => move(one.id, 1), place === classes.length - 1),
      tool(`merge-${one.id}`, "sign-merge-right", `Merge “${one.name}” into another class`, () => remove(one, true)),
      tool(`delete-${one.id}`, "trash", `Delete “${one.name}”`, () => remove(one, false)),
    );
    const line = tm.element("div", { className: "tm-class-line", role: "listitem" }, grip, swatch(one), name, keySelect(one), index(one), exclusive(one), use, tools);
    const problem = warning(one, classes.slice(0, place), classes, palette);
    if (problem) line.append(problem);
    line.dataset.id = one.id;
    line.onkeydown = (event) => {
      if (!event.ctrlKey || !event.shiftKey || !/^Arrow(Up|Down)$/.test(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      move(one.id, event.key === "ArrowUp" ? -1 : 1);
    };
    return line;
  };

  const draw = (state) => {
    const none = tm.element("p", { className: "tm-none" }, "No classes yet. Add one, import a CSV, or type a new label beside a plot: it becomes a class of the folder's set.");
    tm.byId("classes-list").replaceChildren(...(state.classes.length ? state.classes.map((one, place) => row(one, place, state)) : [none]));
  };
  tm.on("label-classes", draw);

  /* ---- dragging ---------------------------------------------------------------------------------- */
  const lineOf = (target) => target.closest && target.closest(".tm-class-line[data-id]");
  let dragged = null;
  const clear = () => document.querySelectorAll(".tm-drop-before, .tm-drop-after").forEach((line) => line.classList.remove("tm-drop-before", "tm-drop-after"));
  const isAfter = (line, event) => event.clientY > line.getBoundingClientRect().top + line.offsetHeight / 2;
  document.addEventListener("dragstart", (event) => {
    if (!event.target.closest || !event.target.closest(".tm-grip")) return;
    dragged = lineOf(event.target);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(dragged, 10, 10);
  });
  document.addEventListener("dragover", (event) => {
    const line = dragged && lineOf(event.target);
    if (!line) return;
    event.preventDefault();
    clear();
    line.classList.add(isAfter(line, event) ? "tm-drop-after" : "tm-drop-before");
  });
  document.addEventListener("drop", (event) => {
    const line = dragged && lineOf(event.target);
    if (!line) return;
    event.preventDefault();
    const before = isAfter(line, event) ? line.nextElementSibling : line;
    const id = Number(dragged.dataset.id);
    if (line !== dragged && before !== dragged) moveTo(id, before ? Number(before.dataset.id) : null);
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    clear();
  });

  /* ---- merge and delete -------------------------------------------------------------------------- */
  const targets = (one) => {
    const { classes, others, sets } = page.state;
    const ours = classes.filter(({ id }) => id !== one.id).map(({ id, name }) => [id, name]);
    const nameOf = (set) => sets.find(({ id }) => id === set)?.name;
    return [...ours, ...others.map(({ id, name, set }) => [id, `${name} (set “${nameOf(set)}”)`])];
  };
  const remove = (one, merging) => {
    const title = merging ? `Merge “${one.name}” into another class` : `Delete “${one.name}”?`;
    const choices = targets(one);
    const used = one.labels > 0;
    if ((used || merging) && !choices.length) {
      const words = used ? `It is used by ${tm.count(one.labels, "label")} in ${tm.count(one.files, "file")}. Add another class for them first.` : "There is no other class yet.";
      return tm.dialog({ title, body: [tm.element("p", {}, words)] });
    }
    const select = used || merging ? tm.choice([["", "Choose a class"], ...choices], "", { required: true }) : null;
    const words = used
      ? `It is used by ${tm.count(one.labels, "label")} in ${tm.count(one.files, "file")}. They become labels of the class you choose; in each file, undo takes that back.`
      : "No label uses it.";
    const body = [tm.element("p", {}, words), ...(select ? [tm.field(merging ? "Merge into" : "Their labels become", select)] : [])];
    const run = async () => {
      const moved = await page.send({ do: "delete", id: one.id, into: select ? Number(select.value) : null });
      const into = select ? ` into “${select.selectedOptions[0].textContent}”: ${moved}` : "";
      tm.toast(select ? `Merged “${one.name}”${into}.` : `Deleted “${one.name}”.`, "success");
    };
    tm.dialog({ title, body, submit: merging ? "Merge" : "Delete", danger: !merging, run });
  };
})();
