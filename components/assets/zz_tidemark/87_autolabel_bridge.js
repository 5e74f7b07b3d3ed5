/* Auto-labelling: what scripts of other parts still need of it, and the visible range for callbacks/autolabel.py. */
(function () {
  "use strict";
  const tm = window.tidemark;
  tm.actions.autolabelRequest = (clicks) => {
    if (!clicks) return window.dash_clientside.no_update;
    return { span: tm.view.range.map(tm.axis.toServer), once: tm.uuid() };
  };
  if (tm.jobs?.kinds) {
    const links = (job) => (tm.view.recording?.id === job.recording ? [] : [["Open file", () => tm.go(tm.files.href(job.recording))]]);
    tm.jobs.kinds.autolabel = { icon: "stars", links };
  }
})();
