/* Light or dark: what the user chose in this browser, else what the system says. */
(function () {
  "use strict";
  const NAME = "tidemark-theme";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const kept = (value) => {
    try {
      return value ? localStorage.setItem(NAME, value) : localStorage.getItem(NAME);
    } catch {
      return null; // localStorage is forbidden: the choice lasts until the page is closed
    }
  };
  let chosen = kept();
  const apply = () => {
    const theme = chosen || (dark.matches ? "dark" : "light");
    Object.assign(document.documentElement.dataset, { bsTheme: theme, agThemeMode: theme });
  };
  document.addEventListener("click", ({ target }) => {
    if (!target.closest?.("[data-next-theme]")) return;
    chosen = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    apply();
    kept(chosen);
  });
  dark.addEventListener("change", apply);
  apply();
})();
