/* The pane below the plot: drag its border, select a tab, fold it. The state goes to the store `pane-choice`, {shown,
   folded, height}, which Python saves. */
const STEP = 24; // px an arrow key moves the border
const PARTS = ["labels", "history"];
const byId = (id) => document.getElementById(id);
let choice = null;

const apply = (pane) => {
  pane.style.height = choice.height && !choice.folded ? `${choice.height}px` : "";
  pane.classList.toggle("tm-folded", choice.folded);
  const fold = byId("pane-fold-button");
  fold.ariaExpanded = String(!choice.folded);
  fold.classList.toggle("bi-chevron-up", choice.folded);
  fold.classList.toggle("bi-chevron-down", !choice.folded);
  byId("pane-border").ariaValueNow = String(Math.round(pane.clientHeight));
  for (const part of PARTS) {
    const chosen = part === choice.shown;
    const tab = byId(`pane-${part}-tab`);
    Object.assign(tab, { ariaSelected: String(chosen), tabIndex: chosen ? 0 : -1 });
    for (const place of ["panel", "tools"]) byId(`pane-${part}-${place}`).hidden = !chosen;
  }
};
const change = (values, keep = true) => {
  const pane = byId("pane-pane");
  const saved = { shown: "labels", folded: pane.dataset.folded === "yes", height: Number(pane.dataset.height) || null };
  choice = { ...(choice || saved), ...values };
  apply(pane);
  if (keep) clientside.set_props("pane-choice", { data: choice });
};
const resize = (height, keep) => change({ height: Math.max(0, Math.round(height)), folded: false }, keep); // pane.css limits it
const height = () => byId("pane-pane").offsetHeight;

const open = (shown) => change({ shown, folded: false });
const shows = (part) => choice?.shown === part && !choice.folded;

/* The grid is created when it is shown; its rows arrive later. */
const focusHistory = async () => {
  const grid = await window.dash_ag_grid.getApiAsync("history-grid");
  const focus = () => shows("history") && grid.setFocusedCell(0, "what");
  if (grid.getDisplayedRowCount()) focus();
  else grid.addEventListener("firstDataRendered", focus);
};
/* Apply the saved state when the page is loaded. */
document.addEventListener("tm-plot", () => byId("pane-pane") && change({}, choice?.shown === "history"));
/* The history key shows the history and focuses its newest entry, or shows the labels again. */
document.addEventListener("tm-key", ({ detail: action }) => {
  if (action !== "history") return;
  const visible = shows("history");
  open(visible ? "labels" : "history");
  if (visible) document.activeElement?.blur();
  else focusHistory();
});

let grip = null; // height of the pane plus y of the pointer, while the border is dragged
document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || event.target.id !== "pane-border") return;
  grip = height() + event.clientY;
  event.target.setPointerCapture(event.pointerId);
  event.preventDefault();
});
document.addEventListener("pointermove", ({ clientY }) => grip !== null && resize(grip - clientY, false));
document.addEventListener("lostpointercapture", () => {
  if (grip !== null) change({});
  grip = null;
});
document.addEventListener("dblclick", ({ target }) => target.id === "pane-border" && change({ height: null, folded: false }));
document.addEventListener("click", ({ target }) => {
  const tab = target.closest?.("[data-pane]");
  if (tab) open(tab.dataset.pane);
  else if (target.closest?.("#pane-fold-button")) change({ folded: !choice.folded });
});
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const direction = { ArrowUp: 1, ArrowDown: -1 }[key];
  if (target.id === "pane-border" && direction) resize(height() + direction * STEP);
  else if (target.classList?.contains("tm-pane-tab") && /^Arrow(Left|Right)$/.test(key)) {
    const otherPart = PARTS[1 - PARTS.indexOf(choice.shown)];
    open(otherPart);
    byId(`pane-${otherPart}-tab`).focus();
  } else return;
  event.preventDefault(); // not a key of the plot here
});
