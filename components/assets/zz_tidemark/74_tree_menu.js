/* The tree in the hands of the user: several rows picked, the menu of a row, its keys; how it is sorted and filtered. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { files, tree } = tm;

  /* ---- picking rows --------------------------------------------------------------------------------------- */
  let anchor = null;
  const nodes = () => {
    const found = [];
    tree.grid()?.forEachNodeAfterFilterAndSort((node) => found.push(node));
    return found;
  };
  /** Ctrl adds or removes a row, Shift takes all from the row before; nothing picks none. */
  tree.pick = (data, event = {}) => {
    const grid = tree.grid();
    if (!grid) return;
    if (!data) return grid.deselectAll();
    const node = grid.getRowNode(data.id);
    if (!node) return;
    if (event.shiftKey) {
      const open = tm.view.recording && grid.getRowNode(`f${tm.view.recording.id}`);
      const from = (anchor && grid.getRowNode(anchor)) || open || node;
      const [first, last] = [from.rowIndex, node.rowIndex].sort((a, b) => a - b);
      grid.deselectAll();
      grid.setNodesSelected({ nodes: nodes().filter(({ rowIndex }) => rowIndex >= first && rowIndex <= last), newValue: true });
      return;
    }
    anchor = data.id;
    node.setSelected(!node.isSelected());
  };
  /* What an action on a row is about: all that is picked, or else the row alone. */
  const meant = (data) => {
    const picked = tree.grid()?.getSelectedRows() || [];
    const rows = picked.some(({ id }) => id === data.id) ? picked : [data];
    const folders = rows.filter(({ kind }) => kind === "folder").map(({ path }) => `${path}/`);
    const lower = ({ kind, path, file }) => folders.some((folder) => (kind === "folder" ? path : file.path).startsWith(folder));
    return rows.filter((row) => !lower(row)); // a folder means all that is in it
  };
  const idsOf = (rows) => [...new Set(rows.flatMap((row) => (row.kind === "folder" ? tree.inside(row.path) : [row.file.id])))];
  const remove = (rows) => files.remove(idsOf(rows), rows.length === 1 && rows[0].kind === "folder" ? `Delete the folder ${rows[0].name}?` : "");

  /* ---- the menu of a row ------------------------------------------------------------------------------------ */
  let menu = null;
  const close = (focus) => {
    if (!menu) return;
    const { node, row } = menu;
    menu = null;
    node.remove();
    const place = focus && tree.grid()?.getRowNode(row.id);
    if (place) tree.grid().setFocusedCell(place.rowIndex, "name");
  };
  const entries = (data) => {
    const rows = meant(data);
    const ids = idsOf(rows);
    const one = rows.length === 1;
    const allDone = ids.length > 0 && ids.every((id) => files.byId.get(id)?.done);
    return [
      one && ["Open", "", () => tree.open(data), data.kind === "folder" ? "folder2-open" : "box-arrow-up-right"],
      one && data.kind === "file" && ["Open in a new tab", "", () => window.open(files.href(data.file.id), "_blank", "noopener"), "window-plus"],
      one && ["Rename", "F2", () => files.rename(data), "pencil"],
      [ids.length > 1 ? `Auto-label ${tm.count(ids.length, "file")}…` : "Auto-label…", "", () => tm.autolabel.files(ids), "stars"],
      ["Move to a folder…", "", () => files.move(rows), "folder-symlink"],
      [allDone ? "Not done" : "Mark done", "", () => files.done(ids, !allDone), "check2-all"],
      [one && data.kind === "file" ? "Delete…" : `Delete ${tm.count(ids.length, "file")}…`, "Del", () => remove(rows), "trash"],
    ].filter(Boolean);
  };
  tree.menu = (data, at) => {
    close();
    const items = entries(data).map(([words, key, run, icon]) => {
      const item = tm.element("button", { type: "button", role: "menuitem", tabIndex: -1 }, tm.element("i", { className: `bi bi-${icon}`, "aria-hidden": "true" }), tm.element("span", {}, words));
      if (key) item.append(tm.element("kbd", {}, key));
      item.onclick = () => (close(true), run());
      return item;
    });
    const node = tm.element("div", { className: "tm-menu", role: "menu", "aria-label": data.name }, ...items);
    node.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape" || event.key === "Tab") close(true);
      else if (step) items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
      else return;
      event.preventDefault();
    });
    document.body.append(node);
    node.style.left = `${Math.min(at.left, innerWidth - node.offsetWidth - 8)}px`;
    node.style.top = `${Math.max(8, Math.min(at.bottom, innerHeight - node.offsetHeight - 8))}px`;
    menu = { node, row: data };
    items[0].focus();
  };
  document.addEventListener("pointerdown", (event) => menu && !menu.node.contains(event.target) && close(), true);
  window.addEventListener("blur", () => close());

  const rowAt = (target) => {
    const id = target.closest && target.closest("#shell-files-tree .ag-row")?.getAttribute("row-id");
    return id && tree.grid()?.getRowNode(id)?.data;
  };
  document.addEventListener("contextmenu", (event) => {
    const data = rowAt(event.target);
    if (!data) return;
    event.preventDefault();
    tree.menu(data, { left: event.clientX, bottom: event.clientY });
  });

  /* ---- keys of the tree ---------------------------------------------------------------------------------------- */
  const KEYS = {
    Enter: (data) => tree.open(data),
    F2: (data) => files.rename(data),
    Delete: (data) => remove(meant(data)),
    ContextMenu: (data, node) => tree.menu(data, boxOf(node)),
    F10: (data, node) => tree.menu(data, boxOf(node)),
    ArrowRight: (data) => data.kind === "folder" && tree.open(data),
    ArrowLeft: (data) => data.kind === "folder" && tree.open(data),
  };
  const boxOf = (node) => document.querySelector(`#shell-files-tree .ag-center-cols-container [row-id="${CSS.escape(node.data.id)}"]`).getBoundingClientRect();
  document.addEventListener(
    "keydown",
    (event) => {
      const grid = tree.grid();
      const cell = grid && event.target.closest && event.target.closest("#shell-files-tree") && grid.getFocusedCell();
      const node = cell && grid.getDisplayedRowAtIndex(cell.rowIndex);
      if (!node || event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.shiftKey && /^Arrow(Up|Down)$/.test(event.key)) {
        const next = grid.getDisplayedRowAtIndex(cell.rowIndex + (event.key === "ArrowDown" ? 1 : -1));
        if (!next) return;
        grid.setNodesSelected({ nodes: [node, next], newValue: true });
        grid.ensureNodeVisible(next);
        grid.setFocusedCell(next.rowIndex, "name");
      } else if (KEYS[event.key] && event.shiftKey === (event.key === "F10")) KEYS[event.key](node.data, node);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  /* ---- sorting and filtering ------------------------------------------------------------------------------------- */
  const option = ([value, words]) => tm.element("option", { value }, words);
  const select = (name, options, run) => {
    const made = tm.element("select", { className: "form-select form-select-sm", "aria-label": name }, ...options.map(option));
    made.onchange = () => {
      run(made.value);
      tree.apply();
      mark();
    };
    return [tm.element("label", {}, tm.element("span", {}, name), made), made];
  };
  const [sortLabel, sortBy] = select("Sort by", [["name", "Name"], ["changed", "Last change"], ["labels", "Most labels"], ["state", "State"]], (value) => {
    tree.choice.sort = value;
    tm.preferences.save("files:sort", value);
  });
  const STATES = [["", "Any"], ["not done", "Not done"], ["none", "No labels"], ["in progress", "In progress"], ["to review", "To review"], ["unsaved", "Unsaved"], ["saved", "Saved"], ["done", "Done"]];
  const [stateLabel] = select("State", STATES, (value) => (tree.choice.state = value));
  const [classLabel, byClass] = select("Label", [["", "Any"]], (value) => Object.assign(tree.choice, { label: value.slice(1), lacks: value[0] === "-" }));
  const panel = tm.element("div", { className: "tm-files-panel", id: "tm-files-panel", hidden: true }, sortLabel, stateLabel, classLabel);
  const button = tm.element("button", { type: "button", className: "tm-tool tm-files-funnel", title: "Sort and filter", "aria-label": "Sort and filter", "aria-expanded": "false", "aria-controls": panel.id }, tm.element("i", { className: "bi bi-funnel", "aria-hidden": "true" }));
  const mark = () => {
    const active = tree.choice.sort !== "name" || tree.choice.state || tree.choice.label;
    button.classList.toggle("tm-active", Boolean(active));
    button.firstChild.className = `bi bi-funnel${active ? "-fill" : ""}`;
  };
  const fillClasses = async () => {
    const answer = await files.ask("classes");
    if (!answer) return;
    const before = byClass.value;
    byClass.replaceChildren(option(["", "Any"]));
    for (const [sign, title] of [["+", "has"], ["-", "has no"]]) {
      const group = tm.element("optgroup", { label: `File ${title} label` }, ...answer.classes.map(({ id, name, set }) => option([`${sign}${id}`, `${sign === "-" ? "no " : ""}${name}${set ? ` (${set})` : ""}`])));
      if (answer.classes.length) byClass.append(group);
    }
    byClass.value = before;
  };
  button.onclick = () => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden) fillClasses();
  };
  byClass.onfocus = fillClasses;

  tm.on("tree", async () => {
    tm.byId("shell-files-tools")?.append(button);
    tm.byId("shell-files-panel")?.append(panel);
    const kept = await tm.preferences.load("files:sort");
    if (!["changed", "labels", "state"].includes(kept)) return;
    tree.choice.sort = sortBy.value = kept;
    tree.apply();
    mark();
  });
})();
