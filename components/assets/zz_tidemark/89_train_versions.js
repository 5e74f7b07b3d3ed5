/* The versions of a trained model beside each other, on the page of models: compared on what was held out, chosen,
   deleted; and the next one trained from the labels there are now. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { train, modelsPage: page } = tm;

  const day = (text) => new Date(text).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
  const link = (one, shown) => {
    if (one.id === shown) return tm.element("b", {}, one.name);
    const button = tm.element("button", { type: "button", className: "btn btn-sm btn-link tm-train-link" }, one.name);
    button.dataset.field = `version-${one.id}`;
    button.onclick = () => page.open(one.id);
    return button;
  };
  const chosen = (one) => {
    const mark = tm.element("input", { type: "radio", className: "form-check-input", name: "chosen-version", checked: tm.model.chosen === one.id, "aria-label": `Label with ${one.name}`, title: "The one chosen beside the plot" });
    mark.dataset.field = `choose-${one.id}`;
    mark.onchange = () => {
      tm.model.choose(one.id);
      page.redraw();
    };
    return mark;
  };
  const gone = (one, state) => {
    const model = state.models.find(({ id }) => id === one.id);
    return model ? page.tool(`delete-${one.id}`, "trash", `Delete ${one.name}`, () => page.remove(model)) : "";
  };
  const figure = (one) => {
    const around = train.interval(one);
    return `${train.two(one.f1)}${around ? ` (${around})` : ""}`;
  };
  const rows = (versions, model, state) =>
    versions.map((one) => [
      String(one.version),
      link(one, model.id),
      one.labels.toLocaleString("en"),
      one.files.toLocaleString("en"),
      figure(one),
      train.two(one.segment_f1),
      one.same ? "the same" : "others",
      day(one.created_at),
      chosen(one),
      gone(one, state),
    ]);
  const HEAD = ["Version", "Name", "Labels", "Files", "Macro-F1", "Segment F1", "Judged on", "Trained", "Chosen", ""];

  const draw = ({ versions, improves }, model, state) => {
    if (!improves) return null;
    const improve = tm.element("button", { type: "button", className: "btn btn-sm btn-primary" }, tm.element("i", { className: "bi bi-mortarboard", "aria-hidden": "true" }), "Improve");
    improve.dataset.field = "improve";
    improve.title = "Train the next version from the labels there are now";
    improve.onclick = () => ask(model);
    const many = versions.length > 1;
    const others = versions.some(({ same }) => !same) ? " Figures on others do not compare with them." : "";
    const words = many ? `“The same” are the held-out segments of the newest version.${others}` : "Label more or review its suggestions, then improve it: the next version is judged on the same segments.";
    const content = many ? [tm.element("div", { className: "tm-train-wide" }, train.table("Newest last", HEAD, rows(versions, model, state), "tm-train-table tm-train-versions")), tm.element("div", { className: "tm-versions" }, ...(tm.versionsChart?.(versions) || []))] : [];
    const node = page.titled("Versions", ...content, tm.element("p", { className: "tm-train-improve" }, tm.element("span", {}, words), improve));
    return node;
  };
  train.section(14, draw);

  /* ---- the next one ------------------------------------------------------------------------------------------------ */
  const ask = async (model) => {
    let found;
    try {
      found = await tm.ask(`/training/improve/${encodeURIComponent(model.id)}`);
    } catch (error) {
      return tm.toast(error.message, "warning");
    }
    const marked = Object.entries(found.marked).map(([name, count]) => `${count.toLocaleString("en")} ${name}`);
    const next = found.versions.at(-1).version + 1;
    const body = found.reason
      ? [tm.element("p", {}, found.reason)]
      : [
          tm.element("p", {}, `Version ${next} learns from ${marked.join(", ")} in ${tm.count(found.recordings.length, "file")}, by the same recipe. ${tm.count(found.fresh, "label or decision is", "labels and decisions are")} new since version ${next - 1}.`),
          tm.element("p", {}, "It is judged on the same held-out segments as far as they are still there. The versions before stay."),
          ...found.warnings.map((words) => tm.element("p", { className: "tm-train-warns" }, words)),
        ];
    const run = async () => {
      const { job } = await tm.post(`/training/improve/${encodeURIComponent(model.id)}`, {});
      await train.begun(job);
    };
    tm.dialog({ title: `Improve “${model.name}”`, body, submit: `Train version ${next}`, run: found.reason ? undefined : run });
  };
})();
