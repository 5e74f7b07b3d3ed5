/* Keys: one listener. Ignored while typing, in a dialog, and while an input method composes. */
(function () {
  "use strict";
  const tm = window.tidemark;

  const typing = (target) =>
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ? target.type !== "checkbox" : false;
  const inDialog = () => document.querySelector(".modal.show") !== null;
  const press = (id) => {
    const button = tm.byId(id);
    if (button && !button.disabled) button.click();
  };

  const step = (direction) => {
    const rows = tm.labels.list();
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
  const escape = () => tm.cancelDrag() || (tm.marks.start !== null ? tm.marks.cancel() : tm.labels.select([], "keys"));
  const digit = (key) => {
    const known = tm.labels.classOnKey(key);
    if (!known) return tm.toast(`No label class has the key ${key} yet.`);
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
  const merge = () => {
    const ids = [...tm.labels.selection];
    if (ids.length < 2) return tm.toast("Select two or more labels of one class to merge them.");
    tm.labels.change("merge", ids);
  };

  const PLAIN = {
    ArrowLeft: () => tm.view.pan(-0.1),
    ArrowRight: () => tm.view.pan(0.1),
    ArrowUp: () => tm.view.zoom(0.5),
    ArrowDown: () => tm.view.zoom(2),
    f: () => tm.actions.fit(),
    h: () => tm.actions.hideLabels(),
    n: () => step(1),
    p: () => step(-1),
    s: split,
    m: merge,
    "[": () => tm.marks.setEdge("start"),
    "]": () => tm.marks.setEdge("end"),
    ",": () => nudge("end", -1),
    ".": () => nudge("end", 1),
    Enter: () => tm.marks.complete() && tm.marks.submit(tm.byId("label-field").value),
    Escape: escape,
    Delete: () => tm.labels.deleteSelected(),
    Backspace: () => tm.labels.deleteSelected(),
  };
  const SHIFTED = {
    ArrowLeft: () => tm.view.pan(-0.5),
    ArrowRight: () => tm.view.pan(0.5),
    Comma: () => nudge("start", -1), // by their place on the keyboard: what Shift makes of them differs
    Period: () => nudge("start", 1),
  };
  const WITH_CONTROL = {
    z: () => tm.actions.undo(),
    y: () => tm.actions.redo(),
    s: () => press("label-save-button"),
    ArrowDown: () => tm.stepFile(1),
    ArrowUp: () => tm.stepFile(-1),
  };
  const WITH_CONTROL_SHIFT = { z: () => tm.actions.redo() };

  const actionFor = (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.altKey) return null;
    if (event.ctrlKey || event.metaKey) return (event.shiftKey ? WITH_CONTROL_SHIFT : WITH_CONTROL)[key];
    if (/^[0-9]$/.test(key)) return () => digit(key);
    return event.shiftKey ? SHIFTED[key] || SHIFTED[event.code] : PLAIN[key];
  };
  /* Arrows and Enter belong to a focused button, link or grid cell. */
  const ownKeys = (target, key) => {
    if (/^Arrow/.test(key)) return target.closest(".ag-root, [role=menu], .dropdown-menu") !== null;
    return key === "Enter" && (/^(BUTTON|A)$/.test(target.tagName) || target.closest(".ag-root") !== null);
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || typing(event.target) || inDialog()) return;
    if (event.key === "?" && !event.ctrlKey) return press("shell-help-button");
    if (!tm.view.recording || !tm.view.range) return;
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && ownKeys(event.target, event.key)) return;
    const action = actionFor(event);
    if (!action) return;
    event.preventDefault();
    action();
  });
  /* Ctrl+S must not open the browser's own dialog, wherever the focus is. */
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      if (typing(event.target) && tm.view.recording && !inDialog()) press("label-save-button");
      event.preventDefault();
    }
  });
})();
