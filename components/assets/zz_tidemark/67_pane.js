/* The pane below the plot: labels or history, one at a time; as high as one drags it, or folded. Height and fold are
   remembered. They are properties of the whole document, so that a page that comes has them at once. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const LEAST = 120; // px
  const PLOT = 260; // px that stay for the plot and its toolbar
  const STEP = 24; // px an arrow key moves the border
  const root = document.documentElement;
  const choice = { height: null, folded: false };
  const pane = (tm.pane = { shown: "labels" });

  /* ---- height and fold --------------------------------------------------------------------------- */
  const apply = () => {
    if (choice.height) root.style.setProperty("--tm-pane-height", `${choice.height}px`);
    else root.style.removeProperty("--tm-pane-height");
    root.dataset.tmPane = choice.folded ? "folded" : "open";
    const button = tm.byId("pane-fold-button");
    if (!button) return;
    button.setAttribute("aria-expanded", String(!choice.folded));
    button.firstElementChild.className = `bi bi-chevron-${choice.folded ? "up" : "down"}`;
    const border = tm.byId("pane-border");
    border.setAttribute("aria-valuenow", String(Math.round(tm.byId("pane-pane").clientHeight)));
    border.setAttribute("aria-valuemin", String(LEAST));
  };
  const keep = () => tm.preferences.save("pane", { ...choice });
  const resize = (height) => {
    const most = tm.byId("pane-pane").parentElement.clientHeight - PLOT;
    choice.height = Math.round(Math.max(LEAST, Math.min(most, height)));
    choice.folded = false;
    apply();
  };
  const fold = (folded) => {
    choice.folded = folded;
    apply();
    keep();
  };
  tm.actions.foldPane = () => fold(!choice.folded);
  tm.preferences.load("pane").then((kept) => {
    if (Number.isFinite(kept?.height)) choice.height = kept.height;
    choice.folded = kept?.folded === true;
    apply();
  });

  let drag = null;
  document.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.id !== "pane-border") return;
    drag = { from: event.clientY, height: tm.byId("pane-pane").clientHeight };
    event.target.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  document.addEventListener("pointermove", (event) => drag && resize(drag.height + drag.from - event.clientY));
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      if (drag) keep();
      drag = null;
    });
  }
  const asAtFirst = () => {
    choice.height = null;
    choice.folded = false;
    apply();
    keep();
  };
  document.addEventListener("dblclick", ({ target }) => target.id === "pane-border" && asAtFirst());
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "pane-border") return;
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!direction) return;
    event.preventDefault(); // it is no key of the plot here
    resize(tm.byId("pane-pane").clientHeight + direction * STEP);
    keep();
  });

  /* ---- which part is shown ----------------------------------------------------------------------- */
  const PARTS = ["labels", "history"];
  const choose = (part) => {
    pane.shown = part;
    for (const one of PARTS) {
      const chosen = one === part;
      const tab = tm.byId(`pane-${one}-tab`);
      if (!tab) return;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      for (const place of ["panel", "tools"]) tm.byId(`pane-${one}-${place}`).hidden = !chosen;
    }
    tm.emit("pane", part);
  };
  const open = (part) => {
    if (choice.folded) fold(false);
    choose(part);
  };
  pane.open = open;
  tm.actions.showLabels = () => open("labels");
  tm.actions.showHistory = () => open("history");
  document.addEventListener("keydown", (event) => {
    if (event.target.getAttribute?.("role") !== "tab" || !/^Arrow(Left|Right)$/.test(event.key)) return;
    event.preventDefault();
    const other = PARTS[1 - PARTS.indexOf(pane.shown)];
    open(other);
    tm.byId(`pane-${other}-tab`).focus();
  });
  tm.on("mounted", () => {
    apply();
    choose(pane.shown);
  });

  /* ---- to and fro by key ------------------------------------------------------------------------- */
  pane.toPlot = () => document.activeElement?.blur(); // the keys are the plot's while nothing else has the focus
  tm.keys.define("fold-pane", tm.actions.foldPane);
  tm.keys.define("history", () => {
    const there = pane.shown === "history" && !choice.folded;
    open(there ? "labels" : "history");
    if (!there) tm.history.focus();
    else pane.toPlot();
  });
})();
