/* The tree of files, and the list of outputs like it. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { gridFunctions: functions, gridRenderers: renderers, gridApi } = tm;
  const h = (...all) => React.createElement(...all);

  const closed = new Set(); // ids of folders that are folded
  let tree = null;
  let wanted = "";

  const STATES = {
    none: ["circle", "No labels"],
    "in progress": ["circle-half", "In progress"],
    unsaved: ["circle-fill", "Labels not saved to outputs/ yet"],
    saved: ["check-circle-fill", "Saved"],
  };
  const indent = ({ depth }) => ({ paddingLeft: `${depth * 14}px` });
  const folder = (data) =>
    h(
      "button",
      { className: "tm-node tm-folder-node", type: "button", style: indent(data), "aria-expanded": !closed.has(data.id), onClick: () => fold(data.id) },
      h("i", { className: `bi bi-chevron-${closed.has(data.id) ? "right" : "down"}` }),
      h("span", { className: "tm-node-name" }, data.name),
    );
  const openLink = (event, href) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab or window, as the browser does
    event.preventDefault();
    tm.go(href);
  };
  renderers.TidemarkFile = ({ data }) => {
    if (data.kind === "folder") return folder(data);
    const [icon, words] = STATES[data.state] || STATES.none;
    return h(
      "a",
      { className: "tm-node", href: data.href, style: indent(data), title: `${data.path}\n${words}`, onClick: (event) => openLink(event, data.href) },
      h("i", { className: `bi bi-${icon} tm-state tm-state-${data.state.replace(" ", "-")}`, role: "img", "aria-label": words }),
      h("span", { className: "tm-node-name" }, data.name),
      data.labels ? h("span", { className: "tm-count" }, data.labels.toLocaleString("en")) : null,
    );
  };
  renderers.TidemarkOutput = ({ data }) =>
    data.kind === "folder"
      ? h("span", { className: "tm-node", style: indent(data) }, h("i", { className: "bi bi-folder" }), h("span", { className: "tm-node-name" }, data.name))
      : h(
          "span",
          { className: "tm-node", style: indent(data) },
          h("span", { className: "tm-node-name" }, data.name),
          data.stale ? h("span", { className: "badge text-bg-warning", title: "Labels were changed after this was saved" }, "older than your labels") : null,
        );

  functions.tidemarkTreeFiltered = () => closed.size > 0 || wanted !== "";
  functions.tidemarkTreeShows = ({ data }) => {
    if (wanted) return data.kind === "file" ? data.path.toLowerCase().includes(wanted) : matching.has(data.id);
    return !data.folders.some((id) => closed.has(id));
  };
  let matching = new Set();
  const applyFilter = () => {
    if (!tree) return;
    matching = new Set();
    if (wanted) {
      tree.forEachNode(({ data }) => {
        if (data.kind === "file" && data.path.toLowerCase().includes(wanted)) data.folders.forEach((id) => matching.add(id));
      });
    }
    tree.onFilterChanged();
  };
  const fold = (id) => {
    if (!closed.delete(id)) closed.add(id);
    applyFilter();
    const node = tree.getRowNode(id);
    if (node) tree.refreshCells({ rowNodes: [node], force: true });
  };
  tm.actions.filterTree = (text) => {
    wanted = (text || "").trim().toLowerCase();
    applyFilter();
  };

  const markOpen = () => {
    if (!tree || tree.isDestroyed()) return;
    const open = tm.view.recording ? `f${tm.view.recording.id}` : null;
    tree.setGridOption("context", { open });
    tree.redrawRows();
    const node = open && tree.getRowNode(open);
    if (!node) return;
    if (node.data.folders.some((id) => closed.delete(id))) applyFilter();
    tree.ensureNodeVisible(node);
  };
  tm.actions.treeLoaded = async (rows) => {
    if (!rows) return;
    tree = await gridApi("shell-files-tree");
    applyFilter();
    markOpen();
    const first = rows.find(({ kind }) => kind === "file");
    if (first && location.pathname === "/") tm.go(first.href, true); // the first files came while this page waited
  };
  tm.on("recording", markOpen);
  tm.on("closed", markOpen);

  /** The file after (+1) or before (-1) the open one, in the order the tree shows. */
  tm.stepFile = (step) => {
    if (!tree) return;
    const files = [];
    tree.forEachNodeAfterFilterAndSort(({ data }) => data.kind === "file" && files.push(data));
    const place = files.findIndex(({ id }) => tm.view.recording && id === `f${tm.view.recording.id}`);
    const next = files[place < 0 ? 0 : place + step];
    if (next) tm.go(next.href);
    else tm.toast(step > 0 ? "This is the last file." : "This is the first file.");
  };

  /* The open file's row follows its labels at once; other rows come anew when the server says files changed. */
  let filesSeen = null;
  tm.on("answered", ({ files }) => {
    if (filesSeen !== null && files !== filesSeen) tm.refreshFiles();
    filesSeen = files;
  });
  tm.refreshFiles = () => tm.set("shell-files-revision", { data: tm.uuid() });
  tm.on("state", (answer) => {
    const node = tree && !tree.isDestroyed() && tree.getRowNode(`f${answer.recording}`);
    if (!node || answer.state === undefined) return;
    if (node.data.state !== answer.state) return tm.refreshFiles();
    node.setData({ ...node.data, labels: tm.labels.rows.size });
  });
})();
