/* The list of label classes beside the plot: those of the folder's set with their keys, then those of other sets that
   labels of the file have. A click labels, the eye hides, “…” changes the class. */
(function () {
  "use strict";
  const tm = window.tidemark;

  const iconButton = (icon, title, run) => {
    const button = tm.element("button", { type: "button", className: "tm-class-tool", title, "aria-label": title });
    button.append(tm.element("i", { className: `bi bi-${icon}`, "aria-hidden": "true" }));
    button.onpointerdown = (event) => event.preventDefault();
    button.onclick = run;
    return button;
  };
  const toggle = (name) => {
    if (!tm.overlay.hiddenClasses.delete(name)) tm.overlay.hiddenClasses.add(name);
    list();
    tm.overlay.draw();
  };
  const edit = (one) => tm.classDesk.edit(one.id, one.labelSet).catch((error) => tm.toast(error.message, "warning"));

  const entry = (one, count) => {
    const { name, color, hotkey } = one;
    const hidden = tm.overlay.hiddenClasses.has(name);
    const swatch = tm.element("span", { className: "tm-swatch", title: "Hide or show its labels" });
    swatch.style.background = color;
    const number = tm.element("span", { className: "tm-count" }, count.toLocaleString("en"));
    const text = tm.element("span", { className: "tm-class-name" }, name);
    const button = tm.element("button", { type: "button", className: "tm-class", title: `Label what is marked “${name}”` }, swatch, text, number);
    if (hotkey) button.append(tm.element("kbd", { className: "tm-key" }, hotkey));
    button.onpointerdown = (event) => event.preventDefault();
    button.onclick = () => tm.marks.useClass(name);
    swatch.onclick = (event) => (event.stopPropagation(), toggle(name));
    const tools = tm.element("span", { className: "tm-class-tools" });
    tools.append(
      iconButton(hidden ? "eye-slash" : "eye", hidden ? `Show the labels “${name}”` : `Hide the labels “${name}”`, () => toggle(name)),
      iconButton("three-dots", `Change “${name}”: name, colour, key`, () => edit(one)),
    );
    const row = tm.element("div", { className: "tm-class-row" }, button, tools);
    row.classList.toggle("tm-hidden-class", hidden);
    row.oncontextmenu = (event) => (event.preventDefault(), edit(one));
    return row;
  };

  const list = () => {
    const place = tm.byId("label-classes");
    if (!place) return;
    const { classes, labelSet, rows } = tm.labels;
    const counts = new Map();
    for (const { label, classId, status } of rows.values()) if (status === "accepted") counts.set(classId ?? label, (counts.get(classId ?? label) || 0) + 1);
    const counted = (one) => entry(one, (counts.get(one.id) || 0) + (counts.get(one.name) || 0));
    const ours = classes.filter((one) => !labelSet || one.labelSet === labelSet.id);
    const others = classes.filter((one) => !ours.includes(one));
    const none = "None yet. Mark a segment and type a name: the class gets a colour and a key of its own.";
    const shown = ours.length ? ours.map(counted) : [tm.element("p", { className: "tm-none" }, none)];
    if (others.length) shown.push(tm.element("h3", { className: "tm-class-others" }, "From other sets"), ...others.map(counted));
    place.replaceChildren(...shown);
  };

  /* A class that is hidden stays so under its new name. */
  tm.on("classes", (before) => {
    for (const { id, name } of before || []) {
      const now = tm.labels.classes.find((one) => one.id === id);
      if (now && now.name !== name && tm.overlay.hiddenClasses.delete(name)) tm.overlay.hiddenClasses.add(now.name);
    }
  });
  tm.on("classes", list);
  tm.on("labels", tm.later(list)); // their counts

  /* ---- which set is active in the folder of the file --------------------------------------------- */
  const folderOf = (path) => path.split("/").slice(0, -1).join("/");
  let sets = [];
  const listSets = () => {
    const place = tm.byId("classes-choice");
    const { labelSet } = tm.labels;
    if (!place || !labelSet || !tm.view.recording) return;
    const known = sets.some(({ id }) => id === labelSet.id) ? sets : [labelSet, ...sets];
    const folder = folderOf(tm.view.recording.path);
    const title = `Label set of ${folder ? `the folder “${folder}” and those in it` : "all files"}`;
    const select = tm.choice(known.map(({ id, name }) => [id, name]), labelSet.id, { title, "aria-label": title });
    const same = place.firstChild && place.firstChild.isEqualNode(select) && place.firstChild.value === select.value;
    if (!same) place.replaceChildren(select); // one that is open stays
    tm.byId("classes-link").setAttribute("href", `/classes?set=${labelSet.id}`);
  };
  const readSets = async () => {
    try {
      ({ sets } = await tm.classDesk.state());
      listSets();
    } catch {
      /* the connection's own banner says that the server is away */
    }
  };
  const choose = async (select) => {
    try {
      const folder = folderOf(tm.view.recording.path);
      await tm.classDesk.send({ do: "choose-set", folder, set: Number(select.value) });
      tm.toast(`${select.selectedOptions[0].textContent} is now the label set of ${folder ? `“${folder}”` : "all files"}.`, "success");
    } catch (error) {
      tm.toast(error.message, "warning");
      listSets();
    }
  };
  const isChoice = (target) => target.closest && target.closest("#classes-choice") && target.matches("select");
  tm.on("classes", listSets);
  tm.on("recording", () => requestAnimationFrame(readSets));
  document.addEventListener("pointerdown", ({ target }) => isChoice(target) && readSets());
  document.addEventListener("change", ({ target }) => isChoice(target) && choose(target));
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("#classes-link");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    tm.go(link.getAttribute("href"));
  });
})();
