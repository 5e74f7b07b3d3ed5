/* Keys: one listener. Ignored while typing, in a dialog, and while an input method composes. */
(function () {
  "use strict";
  const tm = window.tidemark;

  const typing = (target) =>
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ? target.type !== "checkbox" : false;
  const inDialog = () => document.querySelector(".modal.show, dialog[open]") !== null;
  const press = (id) => {
    const button = tm.byId(id);
    if (button && !button.disabled) button.click();
  };

  const step = (direction) => {
    const rows = tm.labels.list().filter(({ status }) => status !== "rejected" || tm.labels.rejectedShown);
    if (!rows.length) return;
    const [selected] = tm.labels.selection;
    const middle = tm.axis.toServer((tm.view.range[0] + tm.view.range[1]) / 2);
    let place = rows.findIndex(({ id }) => id === selected);
    if (place >= 0) place += direction;
    else place = direction > 0 ? rows.findIndex(({ x0 }) => x0 >= middle) : rows.findLastIndex(({ x1 }) => x1 <= middle);
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    tm.labels.select([row.id], "keys");
    if (!tm.view.shows(row.x0, row.x1)) tm.view.center(row.x0, row.x1);
  };
  const escape = () => tm.measure.cancel() || tm.cancelDrag() || (tm.marks.start !== null ? tm.marks.cancel() : tm.labels.select([], "keys"));
  const digit = (key) => {
    const known = tm.labels.classOnKey(key);
    if (!known) return tm.toast(`No label class has the key ${key} yet.`);
    if (tm.review.acting()) return tm.review.relabel(known.name);
    tm.marks.useClass(known.name);
  };
  const nudge = (edge, by) => {
    const ids = [...tm.labels.selection];
    if (ids.length === 1) tm.labels.change("nudge", ids, { edge, by });
    else tm.toast("Select one label to move its edge.");
  };
  const split = () => {
    const ids = [...tm.labels.selection];
    const place = tm.overlay.geometry();
    if (ids.length !== 1 || tm.overlay.hover === null || !place) return tm.toast("Select one label and point inside it to split it there.");
    tm.labels.change("split", ids, { x: place.x(tm.overlay.hover) });
  };
  const ACTIONS = {
    "mark-start": () => tm.marks.setEdge("start"),
    "mark-end": () => tm.marks.setEdge("end"),
    submit: () => (tm.marks.complete() || tm.labels.selection.size) && tm.marks.submit(tm.byId("label-field").value),
    cancel: escape,
    delete: () => tm.labels.deleteSelected(),
    "next-label": () => step(1),
    "previous-label": () => step(-1),
    "end-earlier": () => nudge("end", -1),
    "end-later": () => nudge("end", 1),
    "start-earlier": () => nudge("start", -1),
    "start-later": () => nudge("start", 1),
    split,
    merge: () => tm.actions.mergeSelected(),
    "pan-left": () => tm.view.pan(-0.1),
    "pan-right": () => tm.view.pan(0.1),
    "pan-left-far": () => tm.view.pan(-0.5),
    "pan-right-far": () => tm.view.pan(0.5),
    "zoom-in": () => tm.view.zoom(0.5),
    "zoom-out": () => tm.view.zoom(2),
    fit: () => tm.actions.fit(),
    "hide-labels": () => tm.actions.hideLabels(),
    "next-file": () => tm.stepFile(1),
    "previous-file": () => tm.stepFile(-1),
    undo: () => tm.actions.undo(),
    redo: () => tm.actions.redo(),
    save: () => press("label-save-button"),
  };
  for (const [name, run] of Object.entries(ACTIONS)) tm.keys.define(name, run);
  tm.keys.define("help", () => press("shell-help-button"), { everywhere: true });

  /* Arrows and Enter belong to a focused button, link or grid cell. */
  const ownKeys = (target, key) => {
    if (/^Arrow/.test(key)) return target.closest(".ag-root, [role=menu], .dropdown-menu") !== null;
    return key === "Enter" && (/^(BUTTON|A)$/.test(target.tagName) || target.closest(".ag-root") !== null);
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || typing(event.target) || inDialog()) return;
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && ownKeys(event.target, event.key)) return;
    const open = Boolean(tm.view.recording && tm.view.range);
    const run = plain && !event.altKey && /^[0-9]$/.test(event.key) ? open && (() => digit(event.key)) : tm.keys.actionOf(event, open);
    if (!run) return;
    event.preventDefault();
    run();
  });
  /* Ctrl+S must not open the browser's own dialog, wherever the focus is. */
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      if (typing(event.target) && tm.view.recording && !inDialog()) press("label-save-button");
      event.preventDefault();
    }
  });
})();
