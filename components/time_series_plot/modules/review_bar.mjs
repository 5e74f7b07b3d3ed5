/* What is seen of the review: the button with the count, the bar over the label field, the panel for many at once. The
   bar gives way to the field while something is marked or the field is used. */
import { shell } from "./bridge.mjs";
import { decisions } from "./decisions.mjs";
import { byId, element, enable, plural } from "./dom.mjs";

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
  const draw = () => {
    const bar = node("bar");
    if (!bar) return;
    const waiting = plot.labels.tally().suggested;
    node("start-button").hidden = !waiting;
    text(node("count"), waiting.toLocaleString("en"));
    bar.hidden = !review.on;
    bar.parentElement.classList.toggle("tm-marking", plot.marks.start !== null);
    if (!review.on) return many.close();
    node("one").hidden = !waiting;
    node("done").hidden = waiting > 0;
    const row = review.row();
    const rows = review.list();
    const place = row ? rows.indexOf(row) + 1 : 0;
    text(node("position"), `${place ? place.toLocaleString("en") : "–"} of ${rows.length.toLocaleString("en")}`);
    node("position").title = `${waiting.toLocaleString("en")} still to decide`;
    node("what").replaceChildren(...(row ? what(row) : []));
    order();
    if (many.open()) many.draw();
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

  /* ---- many at once -------------------------------------------------------------------------------- */
  const threshold = () => Number(node("threshold").value);
  const bounds = (most) => ({ model: node("model").value || undefined, ...most });
  const CHOICES = {
    above: () => ["accept", bounds({ least: threshold() }), `≥ ${threshold().toFixed(2)}`],
    below: () => ["reject", bounds({ below: threshold() }), `< ${threshold().toFixed(2)}`],
    all: () => ["accept", bounds({}), "all"],
    none: () => ["reject", bounds({}), "all"],
  };
  const counted = (command) => plot.labels.waiting().filter((row) => decisions.meant(command, row)).length;
  const many = (plot.reviewMany = {
    open: () => Boolean(node("many-panel") && !node("many-panel").hidden),
    draw: () => {
      models();
      node("threshold-value").textContent = threshold().toFixed(2);
      for (const [name, choice] of Object.entries(CHOICES)) {
        const [kind, command, which] = choice();
        const count = counted(command);
        const verb = kind === "accept" ? "Accept" : "Reject";
        const words = which === "all" ? `${verb} all ${count.toLocaleString("en")}${name === "none" ? "…" : ""}` : `${verb} ${count.toLocaleString("en")} ${which}`;
        text(node(`${name}-button`), words);
        enable(`review-${name}-button`, count > 0);
      }
    },
    show: () => {
      node("many-panel").hidden = false;
      node("many-button").setAttribute("aria-expanded", "true");
      many.draw();
      node("threshold").focus();
    },
    /** Close the panel; says whether it was open. */
    close: () => {
      if (!many.open()) return false;
      const focused = node("many-panel").contains(document.activeElement);
      node("many-panel").hidden = true;
      node("many-button").setAttribute("aria-expanded", "false");
      if (focused) document.activeElement.blur();
      return true;
    },
  });
  const models = () => {
    const found = [...new Set(plot.labels.waiting().map(({ model }) => model).filter(Boolean))];
    const select = node("model");
    const names = found.map((model) => [model, shell.model.list.find(({ id }) => id === model)?.name || "a deleted model"]);
    const options = [["", "all models"], ...names].map(([value, words]) => element("option", { value }, words));
    const chosen = found.includes(select.value) ? select.value : "";
    if (select.children.length !== options.length || options.some((one, place) => !one.isEqualNode(select.children[place]))) select.replaceChildren(...options);
    select.value = chosen;
    select.closest(".tm-review-model").hidden = found.length < 2;
  };
  const decide = (name) => {
    const [what, command] = CHOICES[name]();
    const expected = counted(command);
    if (!expected) return;
    const uuid = plot.labels.send({ kind: "decide", what, expected, ...command });
    many.close();
    const verb = what === "accept" ? "Accepted" : "Rejected";
    plot.toastUndoable(`${verb} ${plural(expected, "suggestion")}.`, uuid);
    if (review.on && !(review.row() && decisions.open(review.row()))) review.step(1);
  };
  const rejectAll = () => {
    const count = counted(CHOICES.none()[1]);
    if (!count) return;
    const body = [element("p", {}, "They disappear from the plot and are kept as rejected. One undo brings them back.")];
    shell.dialog({ title: `Reject ${count === 1 ? "the suggestion" : `all ${count.toLocaleString("en")} suggestions`}?`, body, submit: "Reject all", danger: true, run: async () => decide("none") });
  };
  const toggle = () => (many.open() ? many.close() : many.show());
  plot.listen(document, "input", ({ target }) => target.id === "review-threshold" && many.draw());
  plot.listen(document, "change", ({ target }) => target.id === "review-model" && many.draw());
  plot.listen(document, "pointerdown", ({ target }) => {
    if (many.open() && !target.closest?.("#review-many-panel, #review-many-button, dialog")) many.close();
  });
  plot.listen(document, "keydown", (event) => {
    if (event.key !== "Escape" || !event.target.closest?.("#review-many-panel")) return;
    event.preventDefault();
    many.close();
  });
  plot.keys.define("review-many", toggle);

  /* ---- decisions about what is selected, in the head of the table ----------------------------------- */
  const chosen = (test) => [...plot.labels.selection].filter((id) => plot.labels.rows.has(id) && test(plot.labels.rows.get(id)));
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
    reviewStart: review.start,
    reviewPrevious: () => void review.previous(),
    reviewNext: () => void review.next(),
    reviewAccept: () => void review.accept(),
    reviewAcceptNext: () => void review.acceptNext(),
    reviewReject: () => void review.reject(),
    reviewOrder: review.turn,
    reviewMany: () => void toggle(),
    reviewAbove: () => decide("above"),
    reviewBelow: () => decide("below"),
    reviewAll: () => decide("all"),
    reviewNone: rejectAll,
    reviewSave: () => byId("label-save-button").click(),
    reviewNextFile: () => void review.nextFile(),
    reviewLeave: review.stop,
    acceptSelected: change("accept", waits),
    rejectSelected: change("reject", decisions.rejectable),
    reopenSelected: change("reopen", rejected),
  });
};
