/* Dash replaces all nodes when it redraws a part of the page: restore the focus by id, and text that is not sent yet. */
let [focused, typed] = [null, false];
document.addEventListener("focusin", ({ target }) => ([focused, typed] = [target.id ? target : null, false]));
document.addEventListener("input", ({ target }) => target === focused && (typed = target.type === "text"));
document.addEventListener("keydown", ({ key, isComposing }) => key === "Enter" && !isComposing && (typed = false), true);
const restore = () => {
  const [again, text, caret] = [document.getElementById(focused.id), typed && focused.value, focused.selectionStart];
  again?.focus();
  if (!again || text === false || text === again.value) return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(again, text); // React listens to this one
  again.dispatchEvent(new Event("input", { bubbles: true }));
  again.setSelectionRange(caret, caret);
};
document.addEventListener("focusout", () => setTimeout(() => focused?.isConnected && document.activeElement === document.body && (focused = null)));
document.addEventListener("DOMContentLoaded", () => {
  const moved = () => focused && !focused.isConnected && document.activeElement === document.body && restore();
  new MutationObserver(moved).observe(document.body, { childList: true, subtree: true });
});
/* A press in [data-keeps-focus=yes] does not move the focus, so that keys still reach the plot. */
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.("[data-keeps-focus]")?.dataset.keepsFocus === "yes") event.preventDefault();
});
