/* Many labels at once: a rubber band over the tabs above the plot, and the bar of what is selected. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const STILL = 4; // px a press may wander and still be a click
  let band = null;

  /* ---- the rubber band --------------------------------------------------------------------------- */
  const at = (event) => {
    const box = tm.view.gd.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const sides = ({ from, to }) => ({
    left: Math.min(from[0], to[0]),
    right: Math.max(from[0], to[0]),
    high: Math.min(from[1], to[1]),
    low: Math.max(from[1], to[1]),
  });
  document.addEventListener(
    "pointerdown",
    (event) => {
      const { gd } = tm.view;
      const place = gd && gd.contains(event.target) && tm.overlay.geometry();
      if (event.button !== 0 || !place || tm.overlay.dragged) return;
      const [px, py] = at(event);
      if (px < place.left || px > place.right || py < place.lane || py >= place.top) return;
      band = { from: [px, py], to: [px, py], adds: event.shiftKey || event.ctrlKey || event.metaKey, begun: false };
    },
    true,
  );
  document.addEventListener(
    "pointermove",
    (event) => {
      if (!band || !tm.view.gd) return;
      band.to = at(event);
      band.begun = band.begun || Math.hypot(band.to[0] - band.from[0], band.to[1] - band.from[1]) > STILL;
      if (band.begun) tm.overlay.drawFront();
    },
    true,
  );
  document.addEventListener(
    "pointerup",
    () => {
      const done = band;
      band = null;
      if (!done || !done.begun) return;
      const { left, right, high, low } = sides(done);
      const ids = tm.overlay.within(left, right, high, low).map(({ id }) => id);
      tm.labels.select(done.adds ? [...tm.labels.selection, ...ids] : ids, "plot");
      tm.overlay.drawFront();
    },
    true,
  );
  const drop = () => {
    const begun = Boolean(band && band.begun);
    band = null;
    if (begun) tm.overlay.drawFront();
    return begun;
  };
  document.addEventListener("pointercancel", drop, true);
  tm.drags.push(drop);
  tm.overlay.front.push({
    active: () => Boolean(band && band.begun),
    draw: (context, place) => {
      const { left, right, high, low } = sides(band);
      const [x, y] = [Math.max(left, place.left), Math.max(high, place.lane - 2)];
      const [width, height] = [Math.min(right, place.right) - x, Math.min(low, place.top) - y];
      context.fillStyle = context.strokeStyle = tm.color("--tm-accent");
      context.globalAlpha = 0.2;
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
      context.strokeRect(x + 0.5, y + 0.5, width, height);
    },
  });

  /* ---- the bar ----------------------------------------------------------------------------------- */
  const ids = () => [...tm.labels.selection];
  const by = () => {
    const field = tm.byId("selection-shift-by");
    const samples = Number(field.value);
    if (Number.isInteger(samples) && samples > 0) return samples;
    field.focus();
    return void tm.toast("Say by how many samples: a whole number above 0.");
  };
  const shift = (direction) => {
    if (!ids().length) return tm.toast("Select labels to shift them.");
    const samples = by();
    if (samples) tm.labels.change("shift", ids(), { by: direction * samples });
  };
  tm.actions.shiftEarlier = () => shift(-1);
  tm.actions.shiftLater = () => shift(1);
  tm.actions.mergeSelected = () => {
    if (ids().length < 2) return tm.toast("Select two or more labels of one class to merge them.");
    tm.labels.change("merge", ids());
  };
  tm.actions.relabelSelected = () => tm.byId("label-field").focus();

  tm.actions.noteSelected = () => {
    const rows = ids().map((id) => tm.labels.rows.get(id)).filter(Boolean);
    if (!rows.length) return tm.toast("Select labels to write a note on them.");
    const notes = new Set(rows.map(({ note }) => note || ""));
    const title = rows.length === 1 ? "Note" : `Note on ${tm.count(rows.length, "label")}`;
    tm.set("selection-note-dialog-title", { children: title });
    tm.set("selection-note-text", { value: notes.size === 1 ? [...notes][0] : "" });
    tm.set("selection-note-dialog", { is_open: true });
  };
  tm.actions.keepNote = () => {
    const note = tm.byId("selection-note-text").value.trim();
    tm.set("selection-note-dialog", { is_open: false });
    const changed = ids().filter((id) => (tm.labels.rows.get(id)?.note || "") !== note);
    if (changed.length) tm.labels.change("note", changed, { note });
  };
  document.addEventListener("keydown", (event) => {
    const keeps = event.target.id === "selection-note-text" && event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (keeps) tm.actions.keepNote();
  });

  const show = () => {
    const bar = tm.byId("selection-bar");
    if (!bar) return;
    const count = tm.labels.selection.size;
    bar.hidden = !count;
    tm.byId("selection-count").textContent = `${count.toLocaleString("en")} selected`;
    tm.enable("selection-merge-button", count > 1);
  };
  for (const event of ["selection", "labels", "mounted"]) tm.on(event, show);

  tm.keys.define("select-all", () => tm.labels.select(tm.labelsShown().map(({ id }) => id), "keys"));
  tm.keys.define("shift-earlier", tm.actions.shiftEarlier);
  tm.keys.define("shift-later", tm.actions.shiftLater);
  tm.keys.define("note", tm.actions.noteSelected);
  tm.keys.define("relabel", tm.actions.relabelSelected);
  tm.keys.define("scope", tm.scope.toggle);
  tm.keys.define("snap", tm.actions.nextSnap);
})();
