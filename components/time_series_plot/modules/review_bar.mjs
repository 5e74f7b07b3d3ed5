/* Display of the review: the button with the count, and the bar over the label field. The bar is hidden while a mark is
   pending or the field is used. */
import { decisions } from "./decisions.mjs";
import { byId, element, update } from "./dom.mjs";

export default (plot) => {
  const { review } = plot;
  const node = (name) => byId(`review-${name}`);

  /* ---- the bar ------------------------------------------------------------------------------------- */
  const WORDS = { accepted: "accepted", edited: "accepted, edited", rejected: "rejected" };
  const describe = (row) => {
    const swatch = element("span", { className: "tm-swatch" });
    swatch.style.background = row.color;
    const parts = [swatch, element("b", {}, row.label)];
    if (plot.scoreText(row)) parts.push(element("span", { title: "Score: how sure the model was, 0 to 1" }, plot.scoreText(row)));
    if (!decisions.open(row)) parts.push(element("em", {}, WORDS[row.decision || row.status]));
    return parts;
  };
  let requested = null; // the bar whose content was requested
  const draw = () => {
    const bar = node("bar");
    if (!bar) return;
    const waiting = plot.labels.tally().suggested;
    if (waiting && !node("one") && requested !== bar) review.ask("bar"), (requested = bar);
    update("review-start-button", { hidden: !waiting });
    update("review-count", { textContent: waiting.toLocaleString("en") });
    bar.hidden = !review.on;
    bar.parentElement.classList.toggle("tm-marking", plot.marks.start !== null);
    if (!node("one")) return; // its content is loading
    if (!review.on) return plot.closePopup(node("many-panel"));
    update("review-one", { hidden: !waiting });
    update("review-done", { hidden: waiting > 0 });
    const row = review.row();
    const rows = review.list();
    const place = row ? rows.indexOf(row) + 1 : 0;
    const position = `${place ? place.toLocaleString("en") : "–"} of ${rows.length.toLocaleString("en")}`;
    update("review-position", { textContent: position, title: `${waiting.toLocaleString("en")} still to decide` });
    node("what").replaceChildren(...(row ? describe(row) : []));
    order();
  };
  const order = () => {
    const byTime = review.order === "time";
    const words = byTime ? "By time; press for the least certain first" : "Least certain first; press for by time";
    const className = `tm-tool bi bi-${byTime ? "clock" : "sort-down-alt"}`;
    update("review-order-button", { className, words, title: words + plot.keys.after("review-order") });
  };
  for (const event of ["review", "labels", "mounted", "marks", "classes", "keymap"]) plot.on(event, draw);

  /* ---- decisions about the selected suggestions, in the head of the table --------------------------- */
  const chosen = (test) => plot.labels.selected().filter(test).map(({ id }) => id);
  const MEANT = {
    accept: ({ status }) => status !== "accepted",
    reject: decisions.rejectable,
    reopen: ({ status }) => status === "rejected",
  };
  const selected = () => {
    const able = Object.keys(MEANT).filter((name) => chosen(MEANT[name]).length);
    for (const name of Object.keys(MEANT)) update(`review-${name}-selected-button`, { hidden: !able.includes(name) });
    update("review-selected", { hidden: review.on || !able.length }); // the bar has the same buttons then
  };
  for (const event of ["selection", "labels", "mounted", "review"]) plot.on(event, selected);
  for (const [kind, test] of Object.entries(MEANT)) plot.actions[`${kind}-selected`] = () => plot.labels.change(kind, chosen(test));
  plot.actions["review-many"] = () => (plot.tellNow(), review.ask("many"));
  plot.actions["review-save"] = () => byId("label-save-button").click();
};
