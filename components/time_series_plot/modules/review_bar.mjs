/* What is seen of the review: the button with the count, the bar over the label field. The bar gives way to the field
   while something is marked or the field is used. */
import { decisions } from "./decisions.mjs";
import { byId, element } from "./dom.mjs";

export default (plot) => {
  const { review } = plot;
  const node = (name) => byId(`review-${name}`);
  const text = (place, words) => {
    if (place.textContent !== words) place.textContent = words;
  };

  /* ---- the bar ------------------------------------------------------------------------------------- */
  const WORDS = { accepted: "accepted", edited: "accepted, edited", rejected: "rejected" };
  const what = (row) => {
    const swatch = element("span", { className: "tm-swatch" });
    swatch.style.background = row.color;
    const parts = [swatch, element("b", {}, row.label)];
    if (plot.scoreText(row)) parts.push(element("span", { title: "Score: how sure the model was, 0 to 1" }, plot.scoreText(row)));
    if (!decisions.open(row)) parts.push(element("em", {}, WORDS[row.decision || row.status]));
    return parts;
  };
  let wanted = null; // the bar whose content was requested
  const draw = () => {
    const bar = node("bar");
    if (!bar) return;
    const waiting = plot.labels.tally().suggested;
    if (waiting && !node("one") && wanted !== bar) review.ask("bar"), (wanted = bar);
    node("start-button").hidden = !waiting;
    text(node("count"), waiting.toLocaleString("en"));
    bar.hidden = !review.on;
    bar.parentElement.classList.toggle("tm-marking", plot.marks.start !== null);
    if (!node("one")) return; // its content is on its way
    if (!review.on) return plot.closePopup("many");
    node("one").hidden = !waiting;
    node("done").hidden = waiting > 0;
    const row = review.row();
    const rows = review.list();
    const place = row ? rows.indexOf(row) + 1 : 0;
    text(node("position"), `${place ? place.toLocaleString("en") : "–"} of ${rows.length.toLocaleString("en")}`);
    node("position").title = `${waiting.toLocaleString("en")} still to decide`;
    node("what").replaceChildren(...(row ? what(row) : []));
    order();
  };
  const order = () => {
    const button = node("order-button");
    const byTime = review.order === "time";
    button.className = `tm-tool bi bi-${byTime ? "clock" : "sort-down-alt"}`;
    const words = byTime ? "By time; press for the least certain first" : "Least certain first; press for by time";
    button.title = words + plot.keys.after("review-order");
    button.setAttribute("aria-label", words);
  };
  for (const event of ["review", "labels", "mounted", "marks", "classes", "keymap"]) plot.on(event, draw);
  /* A click in the bar leaves the keys with the plot. */
  plot.listen(document, "pointerdown", (event) => {
    const button = event.target.closest?.("#review-bar button");
    if (button && !button.closest("#review-many-panel")) event.preventDefault();
  });

  /* ---- decisions about what is selected, in the head of the table ----------------------------------- */
  const chosen = (test) => plot.labels.selected().filter(test).map(({ id }) => id);
  const waits = ({ status }) => status !== "accepted";
  const rejected = ({ status }) => status === "rejected";
  const selected = () => {
    if (!node("selected")) return;
    const [open, wrong, gone] = [chosen(waits), chosen(decisions.rejectable), chosen(rejected)];
    node("selected").hidden = review.on || (!open.length && !wrong.length); // the bar has the same then
    for (const [name, ids] of [["accept", open], ["reject", wrong], ["reopen", gone]]) node(`${name}-selected-button`).hidden = !ids.length;
  };
  for (const event of ["selection", "labels", "mounted", "review"]) plot.on(event, selected);
  const change = (kind, test) => () => {
    const ids = chosen(test);
    if (ids.length) plot.labels.change(kind, ids);
  };

  Object.assign(plot.actions, {
    "review-save": () => byId("label-save-button").click(),
    "accept-selected": change("accept", waits),
    "reject-selected": change("reject", decisions.rejectable),
    "reopen-selected": change("reopen", rejected),
  });
};
