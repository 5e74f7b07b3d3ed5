/* Keys: one listener. Ignored while typing, in a dialog, and while an input method composes. */
(function () {
  "use strict";
  const tm = window.tidemark;

  const typing = (target) =>
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ? target.type !== "checkbox" : false;
  const inDialog = () => document.querySelector(".modal, dialog[open]") !== null;
  const press = (id) => {
    const button = tm.byId(id);
    if (button && !button.disabled) button.click();
  };

  tm.keys.define("help", () => press("shell-help-button"), { everywhere: true });
  tm.keys.define("autolabel", () => press("autolabel-start-button"));
  tm.keys.define("train", () => press("training-start-button"));
  tm.keys.define("model", () => press(tm.byId("model-none")?.hidden ? "model-list" : "model-add-button"));

  /* Arrows and Enter belong to a focused button, link or grid cell. */
  const ownKeys = (target, key) => {
    if (/^Arrow/.test(key)) return target.closest(".ag-root, [role=menu], .dropdown-menu") !== null;
    return key === "Enter" && (/^(BUTTON|A)$/.test(target.tagName) || target.closest(".ag-root") !== null);
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || typing(event.target) || inDialog()) return;
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && ownKeys(event.target, event.key)) return;
    const open = Boolean(tm.view.recording && tm.view.range);
    const run = plain && !event.altKey && /^[0-9]$/.test(event.key) ? open && (() => tm.digit(event.key)) : tm.keys.actionOf(event, open);
    if (!run) return;
    event.preventDefault();
    if (event.target.matches(".dash-dropdown")) event.target.blur(); // the button of a list opens it when a letter is let go
    run();
  });
  /* Ctrl+S must not open the browser's own dialog, wherever the focus is. */
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      if (typing(event.target) && tm.view.recording && !inDialog()) press("label-save-button");
      event.preventDefault();
    }
  });
})();
