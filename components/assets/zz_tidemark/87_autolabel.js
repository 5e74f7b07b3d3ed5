/* Auto-label: the button beside the plot, whether the model fits the open file, its options, the progress of a run.
   The work is a job (86_jobs.js); what it finds arrives with the labels, as any edit does. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const LONG = 20000; // ms: what a toast offers after a run may be wanted a while later

  const auto = (tm.autolabel = { fit: null });
  const open = () => tm.view.recording;
  const model = () => tm.model.current;

  /* ---- options: kept by the server -------------------------------------------------------------------------- */
  const FIRST = { least: 1, accepts: false, score: 0.9, replace: "suggestions", visible: false };
  let chosen = { ...FIRST };
  const recall = async () => {
    chosen = { ...FIRST, ...(await tm.preferences.load("autolabel")) };
    draw();
  };
  document.addEventListener("DOMContentLoaded", recall);
  auto.options = () => ({ least: chosen.least, accept: chosen.accepts ? chosen.score : null, replace: chosen.replace });
  /** The options that are not as at first, in words. */
  auto.told = () =>
    [
      chosen.visible && "visible range only",
      chosen.least > 1 && `at least ${tm.count(chosen.least, "sample")} long`,
      chosen.accepts && `accepted from ${chosen.score} on`,
      chosen.replace === "all" && "replaces all labels",
      chosen.replace === "nothing" && "earlier suggestions stay",
    ].filter(Boolean);

  const number = (value, properties) => tm.element("input", { type: "number", className: "form-control form-control-sm", value, required: true, ...properties });
  const check = (words, checked) => {
    const box = tm.element("input", { type: "checkbox", className: "form-check-input", checked });
    return [tm.element("label", { className: "tm-dialog-check" }, box, tm.element("span", {}, words)), box];
  };
  /** The controls of all options, and what they say. */
  auto.form = (withRange) => {
    const least = number(chosen.least, { min: 1, step: 1 });
    const becomes = tm.choice([["suggest", "Suggestions, to be reviewed"], ["accept", "Accepted at or above a score, else suggestions"]], chosen.accepts ? "accept" : "suggest");
    const score = number(chosen.score, { min: 0, max: 1, step: 0.01 });
    const scores = tm.field("Score, from 0 to 1", score);
    const replace = tm.choice(
      [
        ["suggestions", "Earlier suggestions of this model that are still open"],
        ["nothing", "Nothing"],
        ["all", "All labels of the file"],
      ],
      chosen.replace,
    );
    const [range, visible] = check("The visible range only", chosen.visible);
    const follow = () => {
      scores.hidden = becomes.value !== "accept";
      score.disabled = scores.hidden; // what is not shown is not checked
    };
    becomes.onchange = follow;
    follow();
    const body = [tm.field("Minimum length, in samples: shorter segments join a neighbour", least), tm.field("Segments become", becomes), scores, tm.field("When it ends, replace", replace), ...(withRange ? [range] : [])];
    const keep = () => {
      chosen = { ...chosen, least: Math.round(least.valueAsNumber), accepts: becomes.value === "accept", replace: replace.value, visible: withRange ? visible.checked : chosen.visible };
      if (chosen.accepts) chosen.score = score.valueAsNumber;
      tm.preferences.save("autolabel", chosen);
      draw();
    };
    return { body, keep };
  };
  tm.actions.autolabelOptions = () => {
    const { body, keep } = auto.form(true);
    const { fit } = auto;
    if (fit && (fit.fits || fit.choose) && fit.names.length > 1) body.push(channelsLine(fit));
    tm.dialog({ title: "Options of auto-labelling", body, submit: "Keep", run: keep });
  };
  const channelsLine = (fit) => {
    const button = tm.element("button", { type: "button", className: "btn btn-sm btn-link" }, "Choose channels…");
    button.onclick = () => {
      button.closest("dialog").close();
      auto.chooseChannels(fit, look);
    };
    return tm.element("p", { className: "tm-autolabel-channels" }, fit.fits ? `Channels: ${used(fit)}. ` : "", button);
  };

  /* ---- whether the model fits the open file --------------------------------------------------------------------- */
  const used = ({ channels, names }) => channels.map((index) => names[index]).join(", ");
  let asked = 0;
  const look = async () => {
    const mine = ++asked;
    auto.fit = null;
    draw();
    if (!open() || !model()) return;
    try {
      const fit = await tm.ask(`/runs/fit?model=${encodeURIComponent(model().id)}&recording=${open().id}`);
      if (mine === asked) auto.fit = fit;
    } catch (error) {
      if (mine === asked) auto.fit = { fits: false, reason: error.message, warnings: [] };
    }
    if (mine === asked) draw();
  };
  auto.look = look;
  tm.on("model", look);
  tm.on("recording", () => setTimeout(look));
  tm.on("answered", () => auto.fit && !auto.fit.names && look()); // the server was away

  const draw = () => {
    const button = tm.byId("autolabel-start-button");
    if (!button) return;
    const { fit } = auto;
    const title = !model() ? "Select a model first" : !fit ? "Looking whether the model fits this file…" : fit.fits ? `Auto-label with ${model().name} on ${used(fit)}` : fit.reason;
    tm.set(button.id, { disabled: !fit?.fits, title });
    const said = tm.byId("autolabel-said");
    const sentences = fit && !fit.fits ? [fit.reason] : [...(fit?.warnings || []), ...(fit ? told() : [])];
    const parts = sentences.map((sentence) => tm.element("span", {}, `${sentence} `));
    if (fit && !fit.fits && fit.choose) {
      const choose = tm.element("button", { type: "button", className: "btn btn-sm btn-link" }, "Choose channels…");
      choose.onclick = () => auto.chooseChannels(fit, look);
      parts.push(choose);
    }
    said.replaceChildren(...parts);
    said.hidden = !parts.length;
    said.classList.toggle("tm-autolabel-wrong", Boolean(fit && !fit.fits));
    drawRun();
  };
  const told = () => {
    const words = auto.told().join(", ");
    return words ? [`${words[0].toUpperCase()}${words.slice(1)}.`] : [];
  };

  /* ---- starting -------------------------------------------------------------------------------------------------- */
  const start = async () => {
    const { fit } = auto;
    if (!fit?.fits || !open()) return;
    if (chosen.replace === "all" && tm.labels.rows.size) return askAll();
    await begin().catch((error) => {
      tm.toast(error.message, "error");
      if (error.status === 404) tm.model.read().catch(() => undefined); // it was deleted in another tab: choose another
    });
  };
  const askAll = () => {
    const where = chosen.visible ? "Labels that begin and end in the visible range, people's too, go when the result comes." : "All labels of this file, people's too, go when the result comes.";
    const body = [tm.element("p", {}, `${where} One undo brings them back.`)];
    tm.dialog({ title: `Replace ${chosen.visible ? "the labels in view" : tm.count(tm.labels.rows.size, "label")}?`, body, submit: "Replace", run: begin, danger: true });
  };
  const begin = async () => {
    const span = chosen.visible ? tm.view.range.map(tm.axis.toServer) : null;
    const answer = await tm.post("/runs", { model: model().id, recordings: [open().id], options: auto.options(), span });
    if (answer.refused.length) throw new Error(answer.refused[0].reason);
    if (answer.same) tm.toast("Just this runs or waits already.", "info");
    await tm.jobs.expect(answer.jobs);
  };
  tm.actions.autolabel = start;
  tm.keys.define("autolabel", start);

  /* ---- the run of the open file ----------------------------------------------------------------------------------- */
  const ENDED = ["failed", "interrupted"];
  const drawRun = () => {
    const place = tm.byId("autolabel-run");
    if (place) tm.jobs.showIn(place, tm.jobs.list.filter((job) => job.kind === "autolabel" && job.recording === open()?.id));
  };
  tm.on("jobs", drawRun);

  /* ---- when one has ended ------------------------------------------------------------------------------------------ */
  let away = []; // jobs of other files, told of together
  tm.jobs.kinds.autolabel = {
    icon: "stars",
    links: (job) => (open()?.id === job.recording ? [] : [["Open file", () => tm.go(tm.files.href(job.recording))]]),
    ended: (job) => {
      if (open()?.id === job.recording) endedHere(job);
      else away.push(job);
      if (away.length && !tm.jobs.list.some(({ kind, state }) => kind === "autolabel" && /queued|running/.test(state))) {
        endedAway(away);
        away = [];
      }
    },
  };
  const endedHere = (job) => {
    if (job.state === "done") {
      tm.labels.exchange();
      const { suggestions, sentence } = job.result;
      const review = suggestions && tm.review?.start && { text: "Review", run: () => tm.review.start() };
      tm.toast(sentence, "success", review ? { action: review, until: "review", ms: LONG } : {});
    } else if (job.state !== "cancelled") tm.toast(job.error, "error");
  };
  const endedAway = (jobs) => {
    const done = jobs.filter(({ state }) => state === "done");
    const found = done.reduce((sum, { result }) => sum + result.suggestions, 0);
    const bad = jobs.filter(({ state }) => ENDED.includes(state)).length;
    const words = [`${tm.count(done.length, "file")} auto-labelled, ${tm.count(found, "suggestion")}.`, bad ? `${tm.count(bad, "file")} could not be; the list of jobs says why.` : ""];
    const first = done.find(({ result }) => result.suggestions);
    if (done.length || bad) tm.toast(words.join(" ").trim(), bad ? "warning" : "success", { action: first && { text: "Open file", run: () => tm.go(tm.files.href(first.recording)) }, ms: LONG });
  };
})();
