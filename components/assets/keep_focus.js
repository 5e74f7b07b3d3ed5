/* Dash replaces all nodes when it draws a part of the page again; what had the focus gets it back by its id. */
let focused = null;
document.addEventListener("focusin", ({ target }) => (focused = target.id ? target : null));
document.addEventListener("focusout", () => setTimeout(() => focused?.isConnected && document.activeElement === document.body && (focused = null)));
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => {
    if (focused && !focused.isConnected && document.activeElement === document.body) document.getElementById(focused.id)?.focus();
  }).observe(document.body, { childList: true, subtree: true });
});
/* A press in [data-keeps-focus=yes] leaves the focus where it is: keys go on to be the plot's. */
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.("[data-keeps-focus]")?.dataset.keepsFocus === "yes") event.preventDefault();
});
