/* Until training has moved to Python: what its scripts use of the page of models, which Python draws. A section is a
   function of the model and the state that makes a node or null. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const page = (tm.modelsPage = { shown: null, set: null });
  const sections = [];
  page.section = (place, draw) => sections.push([place, draw]) && sections.sort(([one], [other]) => one - other);
  page.percent = (share) => `${Math.round(share * 100)} %`;
  page.titled = (title, ...content) => tm.element("section", { className: "tm-model-section" }, tm.element("h3", {}, title), ...content);
  page.figure = (value, words) => tm.element("div", { className: "tm-figure" }, tm.element("b", {}, value), tm.element("span", {}, words));
  page.tool = (field, icon, title, run) => {
    const button = tm.element("button", { type: "button", className: "tm-tool", title, "aria-label": title }, tm.element("i", { className: `bi bi-${icon}`, "aria-hidden": "true" }));
    button.dataset.field = field;
    button.onclick = run;
    return button;
  };
  const current = () => document.querySelector(".tm-model-row[aria-current]");
  page.redraw = () => {
    const row = current();
    page.shown = row ? JSON.parse(row.id).model : null;
    const one = tm.model.list.find(({ id }) => id === page.shown);
    for (const [id, first, last] of [["train-figures", 0, 20], ["train-origin", 20, 100]]) {
      const nodes = one ? sections.filter(([place]) => place >= first && place < last).map(([, draw]) => draw(one, tm.model.state)) : [];
      tm.byId(id)?.replaceChildren(...nodes.filter(Boolean));
    }
  };
  page.open = (id) => {
    tm.set("models-shown", { data: id });
    tm.set("models-address", { data: `/models?model=${id}` });
    tm.emit("modelshown", id);
  };
  page.remove = ({ id }) => document.getElementById(`{"action":"delete","model":"${id}","place":"versions","type":"model-tool"}`)?.click();
  tm.actions.modelsDrawn = () => requestAnimationFrame(() => setTimeout(() => tm.model.read().catch(() => undefined)));
  tm.on("models", () => tm.byId("models-list") && page.redraw());
  tm.actions.openModels = (opened) => tm.emit("modelsopened", opened);
  document.addEventListener("click", ({ target }) => target.closest?.("#models-list .tm-model-row") && tm.emit("modelshown"));
  tm.on("modeladded", ({ id }) => tm.byId("models-list") && page.open(id));
})();
