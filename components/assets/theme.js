/* Theme (light or dark, by default that of the system) and folded side panes, per browser. On a narrow screen both
   panes are folded; an opened pane covers the page until a file is opened. */
const PANES = ["files", "side"];
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const narrow = window.matchMedia("(max-width: 900px)");
const page = document.documentElement.dataset;
/** Work with localStorage, which may be full or forbidden: values are then kept until the page is closed. Global, since the
    page of the login has this script alone. */
const guarded = (window.guarded = (work, otherwise = null) => {
  try {
    return work();
  } catch {
    return otherwise;
  }
});
const stored = (window.stored = (name, ...value) => guarded(() => localStorage[value.length ? "setItem" : "getItem"](`tidemark-${name}`, ...value)));
let chosen = stored("theme");
const paint = () => (page.bsTheme = page.agThemeMode = chosen || (dark.matches ? "dark" : "light"));
const fold = () => PANES.forEach((pane) => (page[pane] = narrow.matches ? "folded" : stored(pane) || "shown"));
document.addEventListener("click", ({ target }) => {
  const pane = target.closest?.("[data-folds]")?.dataset.folds;
  if (pane) {
    page[pane] = page[pane] === "shown" ? "folded" : "shown";
    if (!narrow.matches) stored(pane, page[pane]);
    else if (page[pane] === "shown") page[PANES.find((other) => other !== pane)] = "folded";
  } else if (target.closest?.("[data-next-theme]")) {
    chosen = page.bsTheme === "dark" ? "light" : "dark";
    paint();
    stored("theme", chosen);
  }
});
dark.addEventListener("change", paint);
narrow.addEventListener("change", fold);
document.addEventListener("tm-plot", () => narrow.matches && fold());
paint();
fold();
