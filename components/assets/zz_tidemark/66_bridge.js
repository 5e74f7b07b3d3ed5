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

  /* Edits that are on their way come first: a save or a restore is about them too. Answers when it was
     and for which recording, or nothing. */
  const LONGEST = 2500; // ms
  tm.actions.whenSent = async (clicks, recording) => {
    if (!clicks) return window.dash_clientside.no_update;
    const late = new Promise((_, reject) => setTimeout(reject, LONGEST));
    try {
      await Promise.race([tm.labels.whenSent(), late]);
      return { at: Date.now(), recording: recording.id };
    } catch {
      tm.toast("Not saved: not all changes are in the database yet. They are kept; save again when they are.", "error");
      return window.dash_clientside.no_update;
    }
  };

  /* Classes are hidden by their ids, so that they stay hidden under another name. */
  let hidden = [];
  const hide = () => {
    const names = tm.labels.classes.filter(({ id }) => hidden.includes(id)).map(({ name }) => name);
    if (!tm.overlay) return;
    tm.overlay.hiddenClasses = new Set(names);
    tm.overlay.draw();
  };
  tm.actions.hideClasses = (ids) => {
    hidden = ids || [];
    hide();
  };
  for (const event of ["classes", "mounted"]) tm.on(event, hide);

  /* ---- the pane and the history -------------------------------------------------------------------- */
  const pane = window.tidemarkPane;
  tm.pane = { open: pane.open, toPlot: () => document.activeElement?.blur() };
  tm.on("mounted", pane.mounted);
  document.addEventListener("tm-pane", () => pane.shows("history") || tm.ghosts?.show(null));
  tm.actions.goToLabels = (stretch) => {
    if (stretch && !tm.view.shows(stretch.x0, stretch.x1)) tm.view.center(stretch.x0, stretch.x1);
  };

  /** Go back to a revision, "saved" or "empty"; Python asks first where it takes away much. */
  tm.restore = async (to) => {
    const { recording } = tm.labels;
    if (await tm.actions.whenSent(1, { id: recording }) !== window.dash_clientside.no_update) tm.set("history-request", { data: { to, recording, at: Date.now() } });
  };
  tm.actions.restoreAsked = (pressed, event) => {
    const [{ prop_id: from, value }] = window.dash_clientside.callback_context.triggered;
    if (!value) return;
    if (from.endsWith(".cellRendererData")) tm.restore(Number(pressed.rowId.slice(1)));
    else if (from.endsWith(".eventData")) event.data.restore && tm.restore(event.data.restore);
    else tm.restore(from.startsWith("history-reset-saved") ? "saved" : "empty");
  };

  const tellRefused = () => tm.byId("history-list") && tm.set("history-refusals", { data: tm.refused.list() });
  for (const event of ["refused", "mounted"]) tm.on(event, tellRefused);
  tm.actions.refusedPressed = () => {
    const [{ prop_id: from, value } = {}] = window.dash_clientside.callback_context.triggered;
    if (!value) return;
    const { do: action, uuid } = JSON.parse(from.slice(0, from.lastIndexOf(".")));
    tm.refused[action](uuid);
  };
})();
