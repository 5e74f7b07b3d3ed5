/* The pane below the plot: its border is dragged, its tabs and its fold answer at once. What is chosen goes to the store
   `pane-choice`, {shown, folded, height}, which Python keeps. */
const LEAST = 120; // px
const PLOT = 260; // px that stay for the plot and its toolbar
const STEP = 24; // px an arrow key moves the border
const PARTS = ["labels", "history"];
const byId = (id) => document.getElementById(id);
let choice = null;

const apply = () => {
  const pane = byId("pane-pane");
  if (!pane) return;
  choice = choice || { shown: "labels", folded: pane.dataset.folded === "yes", height: Number(pane.dataset.height) || null };
  pane.style.height = choice.height && !choice.folded ? `${choice.height}px` : "";
  pane.classList.toggle("tm-folded", choice.folded);
  const fold = byId("pane-fold-button");
  fold.setAttribute("aria-expanded", String(!choice.folded));
  fold.classList.toggle("bi-chevron-up", choice.folded);
  fold.classList.toggle("bi-chevron-down", !choice.folded);
  byId("pane-border").setAttribute("aria-valuenow", String(Math.round(pane.clientHeight)));
  for (const part of PARTS) {
    const chosen = part === choice.shown;
    const tab = byId(`pane-${part}-tab`);
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    for (const place of ["panel", "tools"]) byId(`pane-${part}-${place}`).hidden = !chosen;
  }
};
const change = (values, keep = true) => {
  choice = { ...choice, ...values };
  apply();
  if (keep) clientside.set_props("pane-choice", { data: choice });
  document.dispatchEvent(new CustomEvent("tm-pane", { detail: choice }));
};
const resize = (height, keep) => {
  const most = byId("pane-pane").parentElement.clientHeight - PLOT;
  change({ height: Math.round(Math.max(LEAST, Math.min(most, height))), folded: false }, keep);
};
const height = () => byId("pane-pane").clientHeight;

const pane = {
  /** Show the pane as it was chosen; after its page has come. */
  mounted: () => byId("pane-pane") && (apply(), change({}, choice.shown !== PARTS[0])),
  open: (part) => change({ shown: part, folded: false }),
  fold: () => change({ folded: !choice.folded }),
  shows: (part) => choice?.shown === part && !choice.folded,
};

/* The grid comes when it is shown, its rows after that. */
const focusHistory = async () => {
  const grid = await window.dash_ag_grid.getApiAsync("history-grid");
  const focus = () => pane.shows("history") && grid.setFocusedCell(0, "what");
  if (grid.getDisplayedRowCount()) focus();
  else grid.addEventListener("firstDataRendered", focus);
};
document.addEventListener("tm-plot", () => pane.mounted());
/* The key of the history shows it, the focus on its newest entry, or the labels again. */
document.addEventListener("tm-key", ({ detail: action }) => {
  if (action !== "history") return;
  const there = pane.shows("history");
  pane.open(there ? "labels" : "history");
  if (there) document.activeElement?.blur();
  else focusHistory();
});

let drag = null;
document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || event.target.id !== "pane-border") return;
  drag = { from: event.clientY, height: height() };
  event.target.setPointerCapture(event.pointerId);
  event.preventDefault();
});
document.addEventListener("pointermove", (event) => drag && resize(drag.height + drag.from - event.clientY, false));
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => {
    if (drag) change({});
    drag = null;
  });
}
document.addEventListener("dblclick", ({ target }) => target.id === "pane-border" && change({ height: null, folded: false }));
document.addEventListener("click", ({ target }) => {
  const tab = target.closest?.("[data-pane]");
  if (tab) pane.open(tab.dataset.pane);
  else if (target.closest?.("#pane-fold-button")) pane.fold();
});
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const direction = { ArrowUp: 1, ArrowDown: -1 }[key];
  if (target.id === "pane-border" && direction) resize(height() + direction * STEP);
  else if (target.classList?.contains("tm-pane-tab") && /^Arrow(Left|Right)$/.test(key)) {
    const other = PARTS[1 - PARTS.indexOf(choice.shown)];
    pane.open(other);
    byId(`pane-${other}-tab`).focus();
  } else return;
  event.preventDefault(); // it is no key of the plot here
});
