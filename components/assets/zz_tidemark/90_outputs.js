/* Save, Save All, Download Outputs: what the browser does around the server's part. */
(function () {
  "use strict";
  const tm = window.tidemark;

  /* ---- the download dialog ----------------------------------------------------------------------- */
  const chosen = async () => {
    const grid = await tm.gridApi("download-grid");
    return grid ? grid.getSelectedRows().filter(({ kind }) => kind === "file") : [];
  };
  const summarise = async () => {
    const files = await chosen();
    const place = tm.byId("download-summary");
    if (!place) return;
    const stale = files.filter(({ stale: old }) => old).length;
    tm.enable("download-start-button", files.length > 0);
    place.textContent = files.length
      ? `${tm.count(files.length, "file")} chosen${stale ? `, ${stale} older than your labels` : ""}`
      : "Nothing chosen";
  };
  /* Choosing a folder chooses what is in it. */
  const withFolders = (event) => {
    const { node, api } = event;
    if (node.data.kind === "folder" && event.source !== "api") {
      const inside = [];
      api.forEachNode((other) => other.data.folders.includes(node.data.id) && inside.push(other));
      api.setNodesSelected({ nodes: inside, newValue: node.isSelected() });
    }
  };
  tm.actions.outputsListed = async (rows) => {
    if (!rows) return;
    const grid = await tm.gridApi("download-grid");
    if (!grid) return;
    if (!grid.tidemark) {
      grid.tidemark = true;
      grid.addEventListener("rowSelected", withFolders);
      grid.addEventListener("selectionChanged", summarise);
    }
    summarise();
  };
  tm.actions.selectAllOutputs = async () => (await tm.gridApi("download-grid"))?.selectAll();
  tm.actions.selectNoOutputs = async () => (await tm.gridApi("download-grid"))?.deselectAll();
  tm.actions.closeDownload = () => tm.set("download-dialog", { is_open: false });

  const compact = (ids) => {
    const runs = [];
    for (const id of [...ids].sort((a, b) => a - b)) {
      const last = runs.at(-1);
      if (last && last[1] === id - 1) last[1] = id;
      else runs.push([id, id]);
    }
    return runs.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(",");
  };
  tm.actions.startDownload = async () => {
    const files = await chosen();
    if (!files.length) return;
    const ids = files.map(({ id }) => Number(id.slice(1)));
    const link = tm.element("a", { href: `/download/outputs.zip?recordings=${compact(ids)}`, download: "" });
    document.body.append(link);
    link.click();
    link.remove();
    tm.actions.closeDownload();
  };
})();
