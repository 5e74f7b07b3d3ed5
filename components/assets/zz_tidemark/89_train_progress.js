/* Trainings on the page of models: the form in place of a model, one that waits or runs with its curve, and those at work
   above the list. A training is found again by its job, after a reload and from elsewhere (`/models?job=`). */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { train, modelsPage: page } = tm;
  const AT_WORK = ["running", "queued"];
  const place = () => tm.byId("train-place");
  let shown = null; // id of the job that is shown
  let form = null; // stays as it was filled in

  const show = (on) => {
    if (!place()) return;
    place().hidden = !on;
    for (const id of ["models-detail", "models-notes"]) tm.byId(id).hidden = on;
    document.querySelector(".tm-models-page").classList.toggle("tm-training-shown", on);
    if (on) document.querySelector(".tm-models-main").scrollTop = 0;
  };
  const leave = () => {
    shown = null;
    show(false);
    drawList();
  };
  tm.on("modelshown", leave);
  tm.on("modelsopened", (opened) => {
    form = null;
    shown = null;
    if (opened?.job) showJob(opened.job);
    else drawList();
  });

  /* ---- the form ------------------------------------------------------------------------------------------------ */
  tm.actions.trainModel = async () => {
    shown = null;
    show(true);
    drawList();
    place().replaceChildren(tm.element("p", { className: "tm-none", role: "status" }, "Counting labels…"));
    try {
      const [choices] = await Promise.all([tm.ask("/training/choices"), tm.model.read(page.set)]);
      if (shown) return;
      form = choices.files.length ? train.form(choices, { begun, close: leave }) : train.nothing();
      place().replaceChildren(form);
    } catch (error) {
      place().replaceChildren(tm.element("p", { className: "tm-dialog-problem", role: "alert" }, error.message));
    }
  };
  const begun = async (job) => {
    await tm.jobs.expect([job]);
    showJob(job);
  };
  train.begun = begun;

  /* ---- one training ---------------------------------------------------------------------------------------------- */
  const showJob = (id) => {
    shown = id;
    history.replaceState({}, "", `/models?job=${encodeURIComponent(id)}`);
    if (!place()) return;
    show(true);
    place().replaceChildren();
    place().dataset.drawn = "";
    draw();
    drawList();
  };
  train.showJob = showJob;
  const button = (words, run, kind = "outline-primary") => {
    const made = tm.element("button", { type: "button", className: `btn btn-sm btn-${kind}` }, words);
    made.onclick = run;
    return made;
  };
  const backToForm = () => button(form ? "Back to the form" : "Train a model", () => {
    if (!form) return tm.actions.trainModel();
    shown = null;
    place().replaceChildren(form);
    drawList();
  });
  const ENDS = {
    cancelled: () => ["Cancelled: nothing of it was kept.", [backToForm()]],
    failed: (job) => [job.error, [button("Retry", () => again(job)), backToForm()]],
    interrupted: (job) => [job.error, [button("Retry", () => again(job)), backToForm()]],
  };
  const again = async (job) => {
    const before = new Set(tm.jobs.list.map(({ id }) => id));
    await tm.jobs.retry(job.id);
    const next = tm.jobs.list.find(({ id, kind }) => kind === "train" && !before.has(id)) || tm.jobs.list.find(({ kind, state }) => kind === "train" && AT_WORK.includes(state));
    if (next) showJob(next.id);
  };
  const frame = (job) => {
    const words = tm.element("p", { className: "tm-train-stage", role: "status" });
    const cancel = button("Cancel", () => tm.jobs.cancel([job.id]));
    const head = tm.element("header", {}, tm.element("h2", {}, job.about.title || "Training"), tm.element("p", { className: "tm-train-hint" }, job.about.what || ""));
    return [head, tm.element("div", { className: "tm-train-bar" }, tm.jobs.bar(job), cancel), words, tm.element("div", { className: "tm-train-curve" })];
  };
  const ended = (job) => {
    const [words, buttons] = ENDS[job.state](job);
    const head = tm.element("header", {}, tm.element("h2", {}, job.about.title || "Training"), tm.element("p", { className: "tm-train-hint" }, job.about.what || ""));
    return [head, tm.element("p", { className: job.state === "cancelled" ? "tm-train-stage" : "tm-train-reason", role: "alert" }, words), tm.element("div", { className: "tm-train-buttons" }, ...buttons)];
  };
  const gone = () => [tm.element("p", { className: "tm-train-stage" }, "This training is not known any more. If it came to its end, its model is in the list."), tm.element("div", { className: "tm-train-buttons" }, button("Train a model", tm.actions.trainModel))];

  const draw = () => {
    if (!shown || !place()) return;
    const job = tm.jobs.list.find(({ id }) => id === shown);
    if (job?.state === "done") return landed(job);
    const state = !job ? (tm.jobs.read ? "gone" : "") : AT_WORK.includes(job.state) ? "work" : job.state;
    if (place().dataset.drawn !== `${shown} ${state}`) {
      place().dataset.drawn = `${shown} ${state}`;
      place().replaceChildren(...(!state ? [] : !job ? gone() : state === "work" ? frame(job) : ended(job)));
    }
    if (state === "work") move(job);
  };
  const move = (job) => {
    tm.jobs.moveBar(place(), job);
    const words = place().querySelector(".tm-train-stage");
    const said = job.state === "running" ? `${tm.jobs.words(job)} – ${Math.floor(job.progress * 100)} %` : tm.jobs.words(job);
    if (words.textContent !== said) words.textContent = said;
    curve(job.id);
  };
  let asking = false;
  const curve = async (id) => {
    if (asking) return;
    asking = true;
    const { points } = await tm.ask(`/training/curve/${encodeURIComponent(id)}`).catch(() => ({ points: [] }));
    asking = false;
    const target = place()?.querySelector(".tm-train-curve");
    if (shown === id && target && points.length) target.replaceChildren(train.curve(points));
  };
  const landed = async (job) => {
    const { model } = job.result;
    shown = null;
    form = null;
    await tm.model.read(page.set).catch(() => undefined); // the banner of the page says it
    if (place()) page.open(model);
  };
  tm.on("jobs", () => {
    draw();
    drawList();
  });

  /* ---- above the list of models -------------------------------------------------------------------------------------- */
  const row = (job) => {
    const lines = tm.element("span", { className: "tm-model-lines" }, tm.element("span", { className: "tm-model-name" }, job.about.title || "Training"), tm.element("span", { className: "tm-model-short" }, job.about.what || ""));
    const made = tm.element("button", { type: "button", className: "tm-model-row" }, lines, tm.element("span", { className: "tm-count" }));
    made.dataset.job = job.id;
    made.onclick = () => showJob(job.id);
    return made;
  };
  const drawList = () => {
    const list = tm.byId("train-trainings");
    if (!list) return;
    const work = tm.jobs.list.filter(({ kind, state }) => kind === "train" && AT_WORK.includes(state));
    const known = new Map([...list.children].map((node) => [node.dataset.job, node]));
    const nodes = work.map((job) => known.get(job.id) || row(job));
    if (nodes.length !== list.children.length || nodes.some((node, at) => node !== list.children[at])) list.replaceChildren(...nodes);
    work.forEach((job, at) => {
      nodes[at].lastChild.textContent = job.state === "queued" ? "waits" : `${Math.floor(job.progress * 100)} %`;
      nodes[at].toggleAttribute("aria-current", job.id === shown);
      if (job.id === shown) nodes[at].setAttribute("aria-current", "true");
    });
  };

  /* ---- in the strip on every page ------------------------------------------------------------------------------------- */
  const strip = tm.jobs.kinds.train || {};
  tm.jobs.kinds.train = {
    icon: "mortarboard",
    ...strip,
    links: (job) => {
      const links = strip.links?.(job) || [];
      if (job.state === "done") return [...links, ["Show model", () => (place() ? page.open(job.result.model) : tm.go(`/models?model=${job.result.model}`))]];
      return [...links, ["Show", () => (place() ? showJob(job.id) : tm.go(`/models?job=${job.id}`))]];
    },
    ended: async (job) => {
      await strip.ended?.(job);
      if (job.state !== "done" || !tm.model.state) return;
      const chosen = tm.model.list.find(({ id }) => id === tm.model.chosen);
      const made = tm.model.list.find(({ id }) => id === job.result.model);
      if (made && chosen && chosen.lineage === made.lineage) tm.model.choose(made.id); // its newer version
    },
  };
})();
