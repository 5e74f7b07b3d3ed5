/* Panels that Python opens and fills, below or above their button. Escape or a press outside closes the open one, unless
   it stays open while the user works in the plot. */
import { byId, setProps } from "./dom.mjs";

const STAYS = "channels-panel";
const PANELS = [STAYS, "selection-scope-list", "review-many-panel"];

export default (plot) => {
  const isOpen = (panel) => PANELS.includes(panel?.id) && !panel.hidden;
  const opened = () => PANELS.map(byId).filter(isOpen);
  /** Close a panel that may be open. */
  const close = (plot.closePopup = (panel) => {
    if (!isOpen(panel)) return;
    const focused = panel.contains(document.activeElement);
    if (focused && panel.dataset.keepsFocus) document.activeElement.blur(); // return the focus to the plot
    else if (focused) document.querySelector(`[aria-controls="${panel.id}"]`).focus();
    setProps(panel.id, { hidden: true });
  });

  plot.hearFirst("keydown", (event) => {
    const [panel] = opened();
    if (event.key !== "Escape" || !panel || document.querySelector(".modal.show")) return;
    if (plot.marks.start !== null && panel.id === STAYS && !panel.contains(event.target)) return; // it cancels the mark
    event.preventDefault();
    event.stopPropagation();
    close(panel);
  });
  plot.hearFirst("click", ({ target }) => {
    if (target.closest("[aria-controls]")) plot.tellNow(); // the content of a panel depends on the mark and the selection
    close(target.closest("[data-closes]")?.closest("[role=group]"));
  });
  plot.onPointer({
    down: ({ target }) => {
      const isLeft = ({ id }) => id !== STAYS && !target.closest(`#${id}, [aria-controls="${id}"], .modal, .tm-toast`);
      opened().filter(isLeft).forEach(close);
    },
  });
};
