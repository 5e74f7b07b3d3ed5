/* Until the last script that follows jobs has become Python (callbacks/jobs.py): the list of jobs for scripts.

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
    tm.set("jobs-started", { data: [...ids] });
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
})();
