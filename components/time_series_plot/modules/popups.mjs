/* Panels that open below or above their button; Python fills them when they open. Escape or a press outside closes the
   open one, unless it stays open while the user works in the plot. */
import { byId, setProps } from "./dom.mjs";

const POPUPS = {
  channels: { button: "channels-button", panel: "channels-panel", stays: true },
  scope: { button: "selection-scope-button", panel: "selection-scope-list" },
  many: { button: "review-many-button", panel: "review-many-panel", focus: "review-threshold" },
};

export default (plot) => {
  const isOpen = ({ panel }) => byId(panel)?.hidden === false;
  let pending = null; // one in a bar whose content is still loading
  const put = (popup, open) => {
    const { button, panel, focus } = popup;
    pending = open && !byId(panel) ? popup : null;
    if (!byId(panel)) return;
    plot.tellNow(); // its content depends on the current mark and selection
    queueMicrotask(() => {
      setProps(panel, { hidden: !open });
      setProps(button, { "aria-expanded": String(open) });
      if (open && focus) requestAnimationFrame(() => byId(focus).focus());
    });
  };
  plot.on("review", () => pending && put(pending, true));
  plot.on("recording", () => (pending = null));
  const close = (popup) => {
    const focused = byId(popup.panel).contains(document.activeElement);
    put(popup, false);
    if (focused && popup.focus) document.activeElement.blur(); // return the focus to the plot
    else if (focused) byId(popup.button).focus();
  };
  const toggle = (name) => () => (isOpen(POPUPS[name]) ? close(POPUPS[name]) : put(POPUPS[name], true));
  Object.assign(plot.actions, { channels: toggle("channels"), "choose-scope": toggle("scope"), "review-many": toggle("many") });
  /** Close a panel that may be open. */
  plot.closePopup = (name) => isOpen(POPUPS[name]) && close(POPUPS[name]);

  plot.hearFirst("keydown", (event) => {
    const open = event.key === "Escape" && !document.querySelector(".modal.show") && Object.values(POPUPS).find(isOpen);
    if (!open) return;
    if (plot.marks.start !== null && open.stays && !byId(open.panel).contains(event.target)) return; // it cancels the mark
    event.preventDefault();
    event.stopPropagation();
    close(open);
  });
  plot.onPointer({
    down: ({ target }) => {
      const beside = ({ panel, button, stays }) => !stays && !target.closest(`#${panel}, #${button}, .modal, .tm-toast`);
      const open = Object.values(POPUPS).find((popup) => isOpen(popup) && beside(popup));
      if (open) close(open);
    },
  });
};
