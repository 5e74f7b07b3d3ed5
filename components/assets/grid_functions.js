/* What definitions of AG Grids name: functions and renderers of cells. Those of the table of labels ask the plot, whose
   modules may come later than the grid. */
(function () {
  "use strict";
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const renderers = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const h = (...all) => React.createElement(...all);

  const OF_LABELS = [
    "tidemarkItem",
    "tidemarkStart",
    "tidemarkEnd",
    "tidemarkByStart",
    "tidemarkByEnd",
    "tidemarkByDuration",
    "tidemarkChannels",
    "tidemarkStatus",
    "tidemarkScore",
    "tidemarkEdit",
    "tidemarkOwnKey",
    "tidemarkSearchedTime",
  ];
  const cells = () => document.getElementById("label-plot")?.timeSeriesPlot?.cells;
  for (const name of OF_LABELS) functions[name] = (...given) => cells()?.[name](...given);
  functions.tidemarkNotSearched = () => "";
  renderers.TidemarkLabel = ({ data }) =>
    h("span", { className: `tm-label-cell tm-is-${data.status}` }, h("span", { className: "tm-swatch", style: { background: data.color } }), data.label);
})();
