/* The page of label sets and classes: sets on the left, the classes of one of them in rows that are edited in place, the
   folders and their sets below. Every change is a command; the state it answers with is drawn. The state is asked for
   again every two seconds, so that other tabs and people are seen. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const AGAIN = 2000; // ms
  const page = (tm.classesPage = { set: null, state: null });
  let drawn = "";
  let busy = 0; // commands on their way: what was asked before them is old

  const there = () => tm.byId("classes-list") !== null;
  const show = (state) => {
    if (!there()) return;
    page.state = state;
    page.set = state.set;
    const text = JSON.stringify(state);
    if (text === drawn && tm.byId("classes-list").childElementCount) return;
    drawn = text;
    const { activeElement } = document;
    const focus = activeElement && activeElement.dataset.field;
    if (focus && activeElement.matches("input[type=text], input[type=number]") && activeElement.value !== activeElement.defaultValue) {
      drawn = ""; // somebody is typing there: draw when that is done
      return;
    }
    tm.emit("label-classes", state);
    const again = focus && document.querySelector(`[data-field="${focus}"]`);
    if (again) again.focus();
  };
  page.show = show;
  const read = async (set) => {
    const asked = busy;
    const state = await tm.classDesk.state(set);
    if (busy === asked) show(state);
  };
  const readAloud = (set) => read(set).catch((error) => tm.toast(error.message, "warning"));
  /** Show the classes of another set. */
  page.open = (set) => {
    page.set = set;
    history.replaceState({}, "", `/classes?set=${set}`);
    readAloud(set);
  };
  /** Do something and draw what it made; returns its result. */
  page.send = async (command, set = page.set) => {
    busy += 1;
    const { result, state } = await tm.classDesk.send(command, set);
    show(state);
    return result;
  };
  /** The same for controls in the page: a refusal is a toast, and the control shows again what is so. */
  page.change = async (command) => {
    try {
      await page.send(command);
    } catch (error) {
      tm.toast(error.message, "warning");
      drawn = "";
      if (page.state) show(page.state);
    }
  };

  tm.actions.openClasses = (shown) => {
    drawn = "";
    page.set = shown && shown.set;
    readAloud(page.set);
    return Date.now();
  };
  setInterval(() => there() && !document.hidden && read(page.set).catch(() => undefined), AGAIN);

  /* ---- sets -------------------------------------------------------------------------------------- */
  const shownSet = () => page.state.sets.find(({ id }) => id === page.state.set);
  const drawSets = ({ sets, set }) => {
    const rows = sets.map(({ id, name, classes, labels }) => {
      const text = tm.element("span", { className: "tm-set-name" }, name);
      const count = tm.element("span", { className: "tm-count", title: `${tm.count(classes, "class", "classes")}, ${tm.count(labels, "label")} in all files` }, classes.toLocaleString("en"));
      const button = tm.element("button", { type: "button", className: "tm-set", title: name }, text, count);
      button.dataset.field = `set-${id}`;
      if (id === set) button.setAttribute("aria-current", "true");
      button.onclick = () => page.open(id);
      return button;
    });
    tm.byId("classes-sets").replaceChildren(...rows);
    tm.byId("classes-set-name").textContent = shownSet().name;
    tm.byId("classes-export").setAttribute("href", `/label-classes/${set}.csv`);
    tm.enable("classes-delete-set-button", sets.length > 1);
  };
  tm.on("label-classes", drawSets);

  const askName = (title, name, submit, command) => {
    const input = tm.element("input", { className: "form-control form-control-sm", value: name, maxLength: 100, required: true, autocomplete: "off" });
    const run = async () => {
      const made = await page.send(command(input.value));
      if (typeof made === "number" && command("").do.endsWith("-set")) page.open(made);
    };
    tm.dialog({ title, body: [tm.field("Name", input)], submit, run });
    input.select();
  };
  tm.actions.addLabelSet = () => askName("New label set", "", "Add", (name) => ({ do: "add-set", name }));
  tm.actions.renameLabelSet = () => askName("Rename label set", shownSet().name, "Rename", (name) => ({ do: "rename-set", set: page.set, name }));
  tm.actions.copyLabelSet = () =>
    askName(`Copy “${shownSet().name}” with its classes`, `${shownSet().name} copy`, "Copy", (name) => ({ do: "copy-set", set: page.set, name }));
  tm.actions.addLabelClass = () => askName("New label class", "", "Add", (name) => ({ do: "add", set: page.set, name }));
  tm.actions.deleteLabelSet = () => {
    const { id, name, classes, labels } = shownSet();
    const used = `${tm.count(labels, "label")} ${labels === 1 ? "uses" : "use"} classes of this set, so it cannot be deleted. Merge its classes into those of another set first.`;
    if (labels) return tm.dialog({ title: `Delete “${name}”?`, body: [tm.element("p", {}, used)] });
    const words = `${classes ? `Its ${tm.count(classes, "class", "classes")} and the set are deleted; no label uses them.` : "The set is empty."} Folders that use it use the set of the folder above.`;
    tm.dialog({ title: `Delete “${name}”?`, body: [tm.element("p", {}, words)], submit: "Delete", danger: true, run: () => page.send({ do: "delete-set", set: id }) });
  };

  /* ---- folders ----------------------------------------------------------------------------------- */
  const folderRow = ({ folder, files, set, chosen }, state) => {
    const depth = folder ? folder.split("/").length : 0;
    const nameOf = (id) => state.sets.find((known) => known.id === id).name;
    const above = folder ? state.folders.find((other) => other.folder === folder.split("/").slice(0, -1).join("/")) : null;
    const current = chosen ? [set, nameOf(set)] : ["", above ? `as above: ${nameOf(above.set)}` : nameOf(set)];
    const select = tm.choice([current], current[0], { "aria-label": `Label set of ${folder || "all files"}` });
    select.dataset.field = `folder-${folder}`;
    /* All choices only when they are wanted: there may be hundreds of folders. */
    const fill = () => {
      if (select.options.length > 1) return;
      const none = [above ? ["", `as above: ${nameOf(above.set)}`] : ["", `the first set: ${state.sets[0].name}`]];
      const all = [...none, ...state.sets.map(({ id, name }) => [id, name])];
      select.replaceChildren(...tm.choice(all, current[0]).children);
    };
    select.onpointerdown = select.onfocus = fill;
    select.onchange = () => page.change({ do: "choose-set", folder, set: select.value ? Number(select.value) : null });
    const name = tm.element("span", { className: "tm-folder-name", title: folder }, folder ? folder.split("/").at(-1) : "All files");
    name.style.paddingLeft = `${depth * 16}px`;
    name.prepend(tm.element("i", { className: `bi bi-${folder ? "folder" : "hdd"}`, "aria-hidden": "true" }));
    const row = tm.element("div", { className: "tm-folder-set" }, name, tm.element("span", { className: "tm-count" }, tm.count(files, "file")), select);
    row.classList.toggle("tm-folder-chosen", chosen);
    return row;
  };
  tm.on("label-classes", (state) => tm.byId("classes-folders").replaceChildren(...state.folders.map((one) => folderRow(one, state))));
})();
