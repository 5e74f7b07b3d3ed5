/* What scripts of other parts still need of training, which Python carries (callbacks/training.py): its key, and its
   links in the list of jobs. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const press = () => tm.byId("training-start-button")?.click();
  tm.keys.define("train", press);

  tm.jobs.kinds.train = {
    icon: "mortarboard",
    links: (job) => {
      const elsewhere = job.recording !== null && tm.view.recording?.id !== job.recording;
      const show = job.state === "done" ? ["Show model", () => tm.go(`/models?model=${job.result.model}`)] : ["Show", () => tm.go(`/models?job=${job.id}`)];
      return [...(elsewhere ? [["Open file", () => tm.go(tm.files.href(job.recording))]] : []), show];
    },
  };
})();
