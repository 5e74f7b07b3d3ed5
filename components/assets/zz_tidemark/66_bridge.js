/* Between the scripts of the plot and the Python callbacks beside it; goes when the plot is a component with properties:
   `tally` (what is confirmed), `hidden` (classes that are not drawn). */
(function () {
  "use strict";
  const tm = window.tidemark;

  /* The server confirmed something: lists beside the plot are read again. */
  const tell = tm.later(() => {
    const { recording, revision, savedRevision: saved } = tm.labels;
    if (tm.byId("label-classes")) tm.set("label-tally", { data: { recording, revision, saved } });
  });
  tm.on("state", tell);

  /* Classes are hidden by their ids, so that they stay hidden under another name. */
  let hidden = [];
  const hide = () => {
    const names = tm.labels.classes.filter(({ id }) => hidden.includes(id)).map(({ name }) => name);
    tm.overlay.hiddenClasses = new Set(names);
    tm.overlay.draw();
  };
  tm.actions.hideClasses = (ids) => {
    hidden = ids || [];
    hide();
  };
  tm.on("classes", hide);
})();
