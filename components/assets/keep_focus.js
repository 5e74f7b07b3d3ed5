/* Dash replaces all nodes when it redraws a part of the page: restore the focus by id. */
let focused = null;
document.addEventListener("focusin", ({ target }) => (focused = target.id ? target : null));
document.addEventListener("focusout", () => setTimeout(() => focused?.isConnected && document.activeElement === document.body && (focused = null)));
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => {
    if (focused && !focused.isConnected && document.activeElement === document.body) document.getElementById(focused.id)?.focus();
  }).observe(document.body, { childList: true, subtree: true });
});
/* A press in [data-keeps-focus=yes] does not move the focus, so that keys still reach the plot. */
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.("[data-keeps-focus]")?.dataset.keepsFocus === "yes") event.preventDefault();
});
