/* Train and suggest, and Improve: one button beside the plot. The server says what it would learn from, and why it cannot
   (services/training/label_page.py); the work is a job (86_jobs.js), and what it suggests arrives with the labels. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const QUIET = 300; // ms without an edit before the server is asked again
  const SPARE = 20; // times as long as the last answer took: with very many labels it keeps the server from other work
  const LONG = 20000; // ms: Review may be wanted a while later
  const NAMES = { train: "Train and suggest", improve: "Improve" };

  const open = () => tm.view.recording;
  const node = (name) => tm.byId(`training-${name}`);
  let state = null; // what the server said of the open file
  let timer = 0;
  let took = 0; // ms, the last answer about this file
  let asking = false;

  /* ---- what the button would do ---------------------------------------------------------------------------- */
  const look = async () => {
    const [recording, model] = [open(), tm.model.chosen];
    if (!recording) return;
    if (asking) return soon();
    const begun = performance.now();
    asking = true;
    let found = null;
    try {
      found = await tm.ask(`/training/${recording.id}?model=${encodeURIComponent(model || "")}`);
    } catch (error) {
      found = { recording: recording.id, action: state?.action || "train", reason: error.message, words: "", expected: "", versions: [], job: "" };
    }
    asking = false;
    if (open() !== recording || tm.model.chosen !== model) return soon();
    took = performance.now() - begun;
    state = found;
    draw();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(QUIET, SPARE * took));
  };
  tm.on("state", soon);
  tm.on("model", () => {
    took = 0;
    soon();
  });
  tm.on("recording", () => {
    state = null;
    took = 0;
    draw();
    soon();
  });

  const busy = () => tm.jobs.list.some((job) => job.kind === "train" && job.recording === open()?.id && /queued|running/.test(job.state));
  const draw = () => {
    const button = node("start-button");
    if (!button) return;
    const name = NAMES[state?.action || "train"];
    const words = button.querySelector("span");
    if (words.textContent !== name) words.textContent = name;
    tm.set(button.id, { disabled: !state || Boolean(state.reason) || busy(), title: titleOf(name) });
    said();
    const chart = tm.versionsChart(state?.versions || []);
    node("versions").replaceChildren(...chart);
    node("versions").hidden = !chart.length;
    drawRun();
  };
  const titleOf = (name) => {
    if (!state) return "Looking at the labels…";
    if (busy()) return "A training for this file is at work";
    const keys = tm.keys.keysOf("train").map((key) => tm.keys.partsOf(key).join("+"));
    return state.reason || `${name}: learn from ${state.words}, then label the rest of this file${keys.length ? ` (${keys.join(" or ")})` : ""}`;
  };
  const said = () => {
    const place = node("said");
    const told = !state ? "" : state.action === "improve" ? state.expected : state.reason || `Learns from ${state.words}.`;
    const more = state?.action === "improve" && state.fresh ? ` ${tm.count(state.fresh, "new label or decision", "new labels and decisions")} since.` : "";
    const missing = more && state.reason ? ` ${state.reason}` : ""; // new labels, and they do not do: not only in the tooltip
    const left = state && !state.reason ? state.warnings.map((one) => ` ${one}`).join("") : "";
    const words = `${told}${more}${missing}${left}`;
    if (place.textContent !== words) place.textContent = words;
  };

  /* ---- doing it ---------------------------------------------------------------------------------------------- */
  const start = async () => {
    if (!state || state.reason || busy()) return;
    try {
      await tm.labels.whenSent(); // what was just marked counts
      const { job } = await tm.post(`/training/${open().id}`, { model: tm.model.chosen });
      await tm.jobs.expect([job]);
    } catch (error) {
      tm.toast(error?.message || "The server does not answer; nothing was started.", "error");
    }
    soon();
  };
  tm.actions.train = start;
  tm.keys.define("train", start);

  const drawRun = () => node("run") && tm.jobs.showIn(node("run"), tm.jobs.list.filter((job) => job.kind === "train" && job.recording === open()?.id));
  tm.on("jobs", draw);

  /* ---- when one has ended -------------------------------------------------------------------------------------- */
  tm.jobs.kinds.train = {
    icon: "mortarboard",
    links: (job) => (job.recording === null || open()?.id === job.recording ? [] : [["Open file", () => tm.go(tm.files.href(job.recording))]]),
    ended: async (job) => {
      if (job.state === "done") await landed(job);
      else if (job.state !== "cancelled") tm.toast(job.error, "error");
      soon();
    },
  };
  const landed = async (job) => {
    const { model, sentence, suggested } = job.result;
    if (open()?.id === job.recording) tm.labels.exchange();
    await tm.model.read().catch(() => undefined); // the banner of the page says it
    if (job.recording !== null) tm.model.choose(model);
    const count = suggested.suggestions;
    const here = open()?.id === job.recording;
    const action = count && (here ? { text: "Review", run: () => tm.review.start() } : { text: "Open file", run: () => tm.go(tm.files.href(job.recording)) });
    if (here && tm.review.on) return tm.toast(sentence || "The model is trained.", "success");
    tm.toast(sentence || "The model is trained.", "success", action ? { action, until: here && "review", ms: LONG } : {});
  };
})();
