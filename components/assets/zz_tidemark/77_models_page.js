/* The page of models: all of them on the left, the chosen one in sections. A section is a function of the model and the
   state that makes a node or null; `tm.modelsPage.section(place, draw)` adds one. The state is asked for again every few
   seconds, so that other tabs, jobs and people are seen. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const AGAIN = 3000; // ms
  const page = (tm.modelsPage = { shown: null, set: null });
  const sections = [];
  page.section = (place, draw) => sections.push([place, draw]) && sections.sort(([one], [other]) => one - other);

  let drawn = "";
  let busy = 0; // commands on their way: what was asked before them is old
  let filter = "";
  const there = () => tm.byId("models-list") !== null;

  /* ---- asking and drawing ----------------------------------------------------------------------------- */
  const typing = () => {
    const { activeElement } = document;
    const field = activeElement && activeElement.dataset.field;
    return field && activeElement.matches("input[type=text]") && activeElement.value !== activeElement.defaultValue;
  };
  const show = (state) => {
    if (!there()) return;
    page.set = state.set;
    const known = state.models.some(({ id }) => id === page.shown);
    if (!known) page.shown = state.models[0]?.id || null;
    const text = JSON.stringify([state, page.shown, filter]);
    if (text === drawn && tm.byId("models-detail").childElementCount) return;
    if (typing()) return; // drawn when that is done
    drawn = text;
    const field = document.activeElement?.dataset?.field;
    list(state);
    notes(state);
    detail(state);
    if (field) document.querySelector(`[data-field="${field}"]`)?.focus();
  };
  const again = () => tm.model.state && show(tm.model.state);
  page.redraw = () => {
    drawn = "";
    again();
  };
  tm.on("models", show);
  const read = () => {
    const asked = busy;
    return tm.ask(`/model-catalogue?set=${page.set ?? ""}`).then((state) => busy === asked && tm.model.take(state));
  };
  /** Do something; a refusal is a toast, and the controls show again what is so. */
  page.change = async (command) => {
    busy += 1;
    try {
      await tm.model.send(command, page.set);
    } catch (error) {
      tm.toast(error.message, "warning");
      page.redraw();
    }
  };
  /** Show another model. */
  page.open = (id) => {
    page.shown = id;
    history.replaceState({}, "", `/models?model=${id}`);
    tm.emit("modelshown", id);
    again();
    document.querySelector(".tm-models-main").scrollTop = 0;
  };
  /** Take the label classes of another set as what there is. */
  page.useSet = (set) => {
    page.set = set;
    read().catch((error) => tm.toast(error.message, "warning"));
  };

  tm.actions.openModels = (shown) => {
    drawn = "";
    page.shown = shown?.model || tm.model.chosen || page.shown;
    tm.emit("modelsopened", shown);
    read().catch((error) => tm.toast(error.message, "warning"));
    return Date.now();
  };
  tm.actions.filterModels = (text) => {
    filter = (text || "").trim().toLowerCase();
    again();
  };
  tm.on("modeladded", ({ id }) => there() && page.open(id));
  setInterval(() => there() && !document.hidden && read().catch(() => undefined), AGAIN);

  /* ---- the list ----------------------------------------------------------------------------------------- */
  const percent = (share) => `${Math.round(share * 100)} %`;
  page.percent = percent;
  const row = (one) => {
    const name = tm.element("span", { className: "tm-model-name" }, one.name);
    const short = tm.element("span", { className: "tm-model-short" }, one.short_description || one.architecture);
    const button = tm.element("button", { type: "button", className: "tm-model-row" }, tm.element("span", { className: "tm-model-lines" }, name, short));
    const { precision } = one.counts;
    if (precision !== null) button.append(tm.element("span", { className: "tm-count", title: "Share of its decided suggestions that were accepted as they were" }, percent(precision)));
    button.dataset.field = `model-${one.id}`;
    if (one.id === page.shown) button.setAttribute("aria-current", "true");
    button.onclick = () => page.open(one.id);
    return button;
  };
  const waiting = (name) => {
    const spinner = tm.element("span", { className: "spinner-border spinner-border-sm", "aria-hidden": "true" });
    const words = tm.element("span", { className: "tm-model-lines" }, tm.element("span", { className: "tm-model-name" }, name), tm.element("span", { className: "tm-model-short" }, "Being looked at…"));
    return tm.element("div", { className: "tm-model-row tm-model-waiting", role: "status" }, words, spinner);
  };
  const list = ({ models, looking }) => {
    const found = models.filter((one) => `${one.name}\n${one.short_description}\n${one.remarks}\n${one.architecture}`.toLowerCase().includes(filter));
    const none = models.length && !found.length ? [tm.element("p", { className: "tm-none" }, "No model has these words in its name, description or remarks.")] : [];
    tm.byId("models-list").replaceChildren(...looking.map(waiting), ...found.map(row), ...none);
    document.querySelector(".tm-models-filter").hidden = models.length < 6 && !filter;
  };

  /* ---- what could not be picked up ------------------------------------------------------------------------ */
  const notes = ({ notes: told }) => {
    const place = tm.byId("models-notes");
    if (!told.length) return place.replaceChildren();
    const close = tm.element("button", { type: "button", className: "btn btn-sm btn-outline-primary" }, "Understood");
    close.dataset.field = "notes";
    close.onclick = () => page.change({ do: "read-notes" });
    const lines = told.map(({ sentence }) => tm.element("li", {}, sentence));
    const title = tm.element("b", {}, told.length === 1 ? "One model of the old list could not be taken" : `${told.length} models of the old list could not be taken`);
    place.replaceChildren(tm.element("div", { className: "tm-models-note" }, tm.element("i", { className: "bi bi-exclamation-triangle", "aria-hidden": "true" }), tm.element("div", {}, title, tm.element("ul", {}, ...lines)), close));
  };

  /* ---- the chosen one --------------------------------------------------------------------------------------- */
  const empty = ({ looking }) => {
    const words = looking.length ? "Those of the old list are being looked at." : "A model marks segments by itself, as suggestions that wait for you.";
    const add = tm.element("button", { type: "button", className: "btn btn-primary" }, tm.element("i", { className: "bi bi-plus-lg", "aria-hidden": "true" }), "Add a model");
    add.onclick = () => tm.actions.addModel();
    const train = tm.element("button", { type: "button", className: "btn btn-outline-primary" }, tm.element("i", { className: "bi bi-mortarboard", "aria-hidden": "true" }), "Train a model");
    train.onclick = () => tm.actions.trainModel();
    return tm.element("div", { className: "tm-empty" }, tm.element("i", { className: "bi bi-cpu", "aria-hidden": "true" }), tm.element("h2", {}, "No model yet"), tm.element("p", {}, words), tm.element("p", {}, "Add a checkpoint, a .pth file, or train one from your labels."), tm.element("div", { className: "tm-models-new" }, add, train));
  };
  const detail = (state) => {
    const one = state.models.find(({ id }) => id === page.shown);
    const parts = one ? sections.map(([, draw]) => draw(one, state)).filter(Boolean) : [empty(state)];
    tm.byId("models-detail").replaceChildren(...parts);
  };
  /** A section with its title. */
  page.titled = (title, ...content) => tm.element("section", { className: "tm-model-section" }, tm.element("h3", {}, title), ...content);
  page.tool = (field, icon, title, run) => {
    const button = tm.element("button", { type: "button", className: "tm-tool", title, "aria-label": title }, tm.element("i", { className: `bi bi-${icon}`, "aria-hidden": "true" }));
    button.dataset.field = field;
    button.onclick = run;
    return button;
  };
})();
