/* Two AG Grids, the table of labels and the tree of files, are fed through their own API. */
(function () {
  "use strict";
  const tm = window.tidemark;
  /* What a grid's definition names: functions, and renderers of cells. */
  tm.gridFunctions = window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  tm.gridRenderers = window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};

  /** The grid's API, once it is there; null when its page was left meanwhile. */
  tm.gridApi = async (id) => {
    for (let tries = 0; tries < 300; tries += 1) {
      try {
        const api = window.dash_ag_grid && window.dash_ag_grid.getApi(id);
        if (api && !api.isDestroyed()) return api;
      } catch {
        /* not mounted yet */
      }
      await new Promise(requestAnimationFrame);
    }
    return null;
  };
})();
