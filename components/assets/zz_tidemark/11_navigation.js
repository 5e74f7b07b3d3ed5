/* The links to the pages in the bar on top: they change the page without loading it anew, and say which one is shown. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const links = () => [...document.querySelectorAll(".tm-nav-link")];

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest(".tm-nav-link");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const path = link.getAttribute("href");
    if (path === "/") return; // the server knows which recording was worked on last
    event.preventDefault();
    tm.go(path);
  });
  const markCurrent = (path) => {
    const section = path.split("/")[1] || "label";
    for (const link of links()) {
      if (link.dataset.section === section) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  tm.actions.navigated = (path) => path && markCurrent(path);
  /* “Label” leads back to the recording that was open. */
  tm.on("recording", ({ id }) => {
    for (const link of links()) if (link.dataset.section === "label") link.setAttribute("href", `/label/${id}`);
  });
})();
