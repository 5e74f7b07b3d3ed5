/* Jobs on every page: how many run and wait stands in the bar on top, the list of them opens under it. The server knows
   them (routes/jobs.py); a page that loads, or another browser, sees the same.

   `tm.jobs.kinds[kind]` is what a part says about its jobs: `icon`, `links(job)` → [[words, run], …], and `ended(job)`,
   called once when one that this page saw running or waiting has ended. `jobs` is emitted with the list when it changes. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const BUSY = 400; // ms between looks while something runs
  const QUICK = 80; // and at first: most files take no longer
  const IDLE = 5000; // another tab may have started something

  const jobs = (tm.jobs = { kinds: {}, list: [], counts: {} });
  const active = ({ state }) => state === "running" || state === "queued";
  const watched = new Map(); // ids of jobs that this page saw running or waiting → looks that did not find it
  const LOOKS = 5; // in vain: then it was dismissed, by another tab or with its file

  /** The jobs of a recording, or null for all, that run or wait. */
  jobs.active = (recording = null) => jobs.list.filter((job) => active(job) && (recording === null || job.recording === recording));

  /* ---- the exchange -------------------------------------------------------------------------------------- */
  let timer = 0;
  let pace = BUSY;
  let seen = "";
  const take = (answer) => {
    jobs.list = answer.jobs;
    jobs.counts = answer.counts;
    jobs.read = true;
    const ended = answer.jobs.filter((job) => watched.has(job.id) && !active(job));
    answer.jobs.filter(active).forEach(({ id }) => watched.set(id, 0));
    const now = JSON.stringify(answer);
    if (now !== seen) {
      seen = now;
      draw();
      tm.emit("jobs", jobs.list);
    }
    if (!waiting()) forgetGone();
    for (const job of ended.reverse()) {
      watched.delete(job.id);
      jobs.kinds[job.kind]?.ended?.(job);
    }
  };
  const forgetGone = () => {
    const there = new Set(jobs.list.map(({ id }) => id));
    for (const [id, looks] of watched) {
      if (there.has(id)) continue;
      if (looks < LOOKS) watched.set(id, looks + 1);
      else watched.delete(id);
    }
  };
  /** How many jobs this page waits for, to tell what becomes of them. */
  jobs.watching = () => watched.size;
  const waiting = () => (jobs.counts.running || 0) + (jobs.counts.queued || 0);
  const look = async () => {
    clearTimeout(timer);
    try {
      const response = await fetch("/jobs");
      if (response.ok) take(await response.json());
    } catch {
      /* the banner of the page says it */
    }
    clearTimeout(timer);
    timer = setTimeout(() => document.hidden || look(), waiting() || watched.size ? pace : IDLE);
    pace = Math.min(BUSY, pace * 1.3);
  };
  jobs.look = look;
  /** Jobs that were just started here: what becomes of them is told. */
  jobs.expect = (ids) => {
    ids.forEach((id) => watched.set(id, 0));
    pace = QUICK;
    return look();
  };
  document.addEventListener("visibilitychange", () => document.hidden || look());
  document.addEventListener("DOMContentLoaded", () => look());
  const act = async (action, body) => {
    try {
      take(await tm.post(`/jobs/${action}`, body));
    } catch (error) {
      tm.toast(error.message, error.away ? "error" : "warning");
    }
    return look();
  };
  jobs.cancel = (ids) => act("cancel", ids ? { ids } : { all: true });
  jobs.dismiss = (ids) => act("dismiss", ids ? { ids } : { all: true });
  jobs.retry = (id) => act("retry", { id });

  /* ---- words ------------------------------------------------------------------------------------------------ */
  /** How a job stands, in words. */
  jobs.words = (job) => {
    if (job.state === "queued") return job.before ? `Waiting: ${tm.count(job.before, "job")} before it` : "Waiting to begin";
    if (job.state === "running") return job.message || "Beginning";
    return job.state === "done" ? job.result?.sentence || "Done." : job.error;
  };
  /** The bar of a job that runs or waits. */
  jobs.bar = (job) => {
    const name = `Progress of ${job.about.title || "the job"}`;
    return tm.element("div", { className: "tm-jobs-track", role: "progressbar", "aria-label": name, "aria-valuemin": 0, "aria-valuemax": 100 }, tm.element("span"));
  };

  jobs.moveBar = (node, job) => {
    const bar = node.querySelector(".tm-jobs-track");
    if (!bar) return;
    bar.setAttribute("aria-valuenow", Math.floor(job.progress * 100));
    bar.firstChild.style.width = `${job.progress * 100}%`;
  };

  /** In `place`, the one of `list` that runs, waits or did not come to its end, with its progress and Cancel or Retry. */
  jobs.showIn = (place, list) => {
    const job = ["running", "queued", "failed", "interrupted"].map((state) => list.find((one) => one.state === state)).find(Boolean);
    const now = job ? job.id + job.state : "";
    place.hidden = !job;
    if (place.dataset.shown !== now) place.replaceChildren(...(job ? shownOf(job) : []));
    place.dataset.shown = now;
    if (!job) return;
    jobs.moveBar(place, job);
    place.querySelector(".tm-jobs-said").textContent = jobs.words(job);
  };
  const shownOf = (job) => {
    const button = control(active(job) ? "Cancel" : "Retry", () => (active(job) ? jobs.cancel([job.id]) : jobs.retry(job.id)));
    const words = tm.element("span", { className: "tm-jobs-said", role: "status" });
    return [...(active(job) ? [jobs.bar(job)] : []), tm.element("div", { className: "tm-autolabel-line" }, words, button)];
  };

  /* ---- the button ---------------------------------------------------------------------------------------------- */
  const draw = () => {
    const button = tm.byId("jobs-button");
    if (!button) return requestAnimationFrame(draw);
    const { counts } = jobs;
    const bad = (counts.failed || 0) + (counts.interrupted || 0);
    const words = waiting() ? tm.count(waiting(), "job") : bad ? `${tm.count(bad, "job")} failed` : tm.count((counts.done || 0) + (counts.cancelled || 0), "job");
    button.hidden = jobs.list.length === 0;
    button.classList.toggle("tm-jobs-bad", bad > 0);
    button.classList.toggle("tm-jobs-busy", waiting() > 0);
    button.setAttribute("aria-label", `Jobs: ${waiting()} running or waiting, ${counts.done || 0} done, ${bad} failed`);
    const icon = waiting() ? "arrow-repeat" : bad ? "exclamation-triangle" : "check2-circle";
    tm.byId("jobs-words").replaceChildren(tm.element("i", { className: `bi bi-${icon}`, "aria-hidden": "true" }), ` ${words}`);
    const running = jobs.list.filter(({ state }) => state === "running");
    const share = running.length ? running.reduce((sum, { progress }) => sum + progress, 0) / running.length : waiting() ? 0 : 1;
    tm.byId("jobs-bar").style.width = `${Math.round(share * 100)}%`;
    if (button.hidden) show(false);
    else drawPanel();
  };

  /* ---- the list -------------------------------------------------------------------------------------------------- */
  const panel = () => tm.byId("jobs-panel");
  const show = (open) => {
    if (!panel()) return;
    const had = panel().contains(document.activeElement);
    panel().hidden = !open;
    tm.byId("jobs-button").setAttribute("aria-expanded", String(open));
    if (open) {
      drawPanel();
      panel().querySelector("button")?.focus();
    } else if (had) tm.byId("jobs-button").focus();
  };
  tm.actions.toggleJobs = () => show(panel().hidden);
  document.addEventListener("pointerdown", ({ target }) => {
    if (panel() && !panel().hidden && !target.closest(".tm-jobs-place, .tm-toasts")) show(false);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !panel() || panel().hidden || !event.target.closest(".tm-jobs-place")) return;
      event.stopPropagation();
      show(false);
    },
    true,
  );

  const STATES = { done: "check2", failed: "x-octagon", interrupted: "exclamation-triangle", cancelled: "slash-circle" };
  const control = (words, run) => {
    const made = tm.element("button", { type: "button", className: "btn btn-sm btn-link" }, words);
    made.onclick = run;
    return made;
  };
  const controls = (job) => {
    const links = (jobs.kinds[job.kind]?.links?.(job) || []).map(([words, run]) => control(words, () => (show(false), run())));
    if (active(job)) return [...links, control("Cancel", () => jobs.cancel([job.id]))];
    const again = job.state === "done" ? [] : [control("Retry", () => jobs.retry(job.id))];
    const close = tm.element("button", { type: "button", className: "btn-close", title: "Dismiss", "aria-label": `Dismiss: ${job.about.title} ${job.about.what || ""}` });
    close.onclick = () => jobs.dismiss([job.id]);
    return [...again, ...links, close];
  };
  const row = (job) => {
    const icon = active(job) ? jobs.kinds[job.kind]?.icon || "gear" : STATES[job.state];
    const what = tm.element("span", { className: "tm-jobs-what", title: job.about.what || "" }, job.about.what || "");
    const head = tm.element("div", { className: "tm-jobs-title" }, tm.element("span", {}, job.about.title || job.kind), what);
    const words = tm.element("div", { className: "tm-jobs-said" }, jobs.words(job));
    const text = tm.element("div", { className: "tm-jobs-text" }, head, ...(job.state === "running" ? [jobs.bar(job)] : []), words);
    const made = tm.element("li", { className: `tm-jobs-row tm-jobs-${job.state}` }, tm.element("i", { className: `bi bi-${icon}`, "aria-hidden": "true" }), text, tm.element("div", { className: "tm-jobs-controls" }, ...controls(job)));
    made.dataset.job = job.id;
    return made;
  };
  /* A row stays the same node while its job stands as it did: what the mouse or the focus is on is not taken away. */
  const rows = new Map(); // id → {node, state}
  const rowOf = (job) => {
    const known = rows.get(job.id);
    const made = known && known.state === job.state ? known : { node: row(job), state: job.state };
    rows.set(job.id, made);
    made.node.querySelector(".tm-jobs-said").textContent = jobs.words(job);
    jobs.moveBar(made.node, job);
    return made.node;
  };
  const drawPanel = () => {
    if (!panel() || panel().hidden) return;
    if (!panel().firstChild) panel().append(tm.element("h2", {}, "Jobs"), tm.element("ul"), tm.element("p", { className: "tm-jobs-more" }), tm.element("div", { className: "tm-jobs-foot" }));
    const [, list, more, foot] = panel().children;
    const nodes = jobs.list.map(rowOf);
    const lost = panel().contains(document.activeElement) && document.activeElement;
    if (nodes.length !== list.children.length || nodes.some((node, place) => node !== list.children[place])) list.replaceChildren(...nodes);
    for (const id of [...rows.keys()]) if (!jobs.list.some((job) => job.id === id)) rows.delete(id);
    const all = Object.values(jobs.counts).reduce((sum, count) => sum + count, 0);
    more.textContent = all > jobs.list.length ? `and ${tm.count(all - jobs.list.length, "more job")}` : "";
    const wanted = [waiting() > 1 && "Cancel all", all > waiting() && "Dismiss all that ended"].filter(Boolean);
    if (wanted.join() !== [...foot.children].map(({ textContent }) => textContent).join()) {
      foot.replaceChildren(...wanted.map((words) => control(words, words === "Cancel all" ? () => jobs.cancel(null) : () => jobs.dismiss(null))));
    }
    if (lost && document.activeElement !== lost) (lost.isConnected ? lost : panel().querySelector("button"))?.focus();
  };
})();
