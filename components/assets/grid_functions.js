/* Renderers of AG Grid cells, named in columnDefs. */
(function () {
  "use strict";
  const renderers = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const h = (...all) => React.createElement(...all);

  /* An icon: the value is its name and further classes, such as "check-circle text-success". */
  renderers.Icon = ({ value }) => h("i", { className: `bi bi-${value}`, "aria-hidden": true });

  /* The folder of a path in small letters, then its name. */
  renderers.Path = ({ value }) => {
    const cut = value.lastIndexOf("/") + 1;
    return h("span", { title: value, className: "tm-cell-path" }, h("small", { className: "text-secondary" }, value.slice(0, cut)), value.slice(cut));
  };

  /* A text, and buttons of `actions` [[words, act], …] in its row: a click sets cellRendererData.value to {act, id}. */
  renderers.TextWithActions = ({ value, data, setData }) =>
    h(
      "div",
      { className: "d-flex flex-wrap align-items-center gap-1 py-1" },
      h("span", { className: "tm-cell-text flex-grow-1" }, value),
      ...(data.actions || []).map(([words, act]) =>
        h("button", { key: act, type: "button", className: "btn btn-sm btn-outline-primary py-0", "aria-label": `${words}: ${data.path}`, onClick: () => setData({ act, id: data.id }) }, words),
      ),
    );
})();
