/* Auto-label several files, or a folder: which fit is said first; the rest goes on without those that do not. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { autolabel: auto } = tm;
  const SHOWN = 200; // files that do not fit, listed

  const refusal = ({ path, reason }) => tm.element("li", {}, tm.element("b", {}, path), tm.element("span", {}, ` ${reason}`));

  auto.files = async (ids) => {
    if (!ids.length) return;
    await tm.model.read();
    if (!tm.model.list.length) return tm.toast("There is no model yet. Add one beside the plot or on the page Models.", "warning");
    const models = tm.choice(tm.model.list.map(({ id, name, short_description: short }) => [id, short ? `${name} – ${short}` : name]), tm.model.chosen);
    const said = tm.element("p", { role: "status" });
    const list = tm.element("ul", { className: "tm-autolabel-refused" });
    const { body, keep } = auto.form(false);
    let fits = 0;
    const told = () => ({ model: models.value, recordings: ids, options: auto.options() });
    const look = async () => {
      said.textContent = "Looking which files the model fits…";
      const answer = await tm.post("/runs/look", told()).catch((error) => ({ fits: 0, refused: [], error }));
      fits = answer.fits;
      const { refused } = answer;
      said.textContent = answer.error ? answer.error.message : `The model fits ${refused.length ? `${fits.toLocaleString("en")} of ${tm.count(ids.length, "file")}. These are left out:` : ids.length === 1 ? "this file." : `all ${tm.count(ids.length, "file")}.`}`;
      list.replaceChildren(...refused.slice(0, SHOWN).map(refusal), ...(refused.length > SHOWN ? [tm.element("li", {}, `and ${tm.count(refused.length - SHOWN, "more file")}`)] : []));
      list.hidden = !refused.length;
      go.textContent = fits ? `Auto-label ${tm.count(fits, "file")}` : "Auto-label";
      go.disabled = !fits;
    };
    models.onchange = look;
    const dialog = tm.dialog({
      title: "Auto-label files",
      body: [tm.field("Model", models), said, list, ...body],
      submit: "Auto-label",
      run: async () => {
        keep();
        if (auto.options().replace === "all" && !asked) {
          asked = true;
          go.classList.replace("btn-primary", "btn-danger");
          throw new Error("All labels of these files, people's too, go when the results come; in each file one undo brings them back. Press again to do it.");
        }
        const answer = await tm.post("/runs", told());
        tm.model.choose(models.value);
        const same = answer.same ? ` ${tm.count(answer.same, "file")} ran or waited already.` : "";
        tm.toast(`${tm.count(answer.jobs.length, "file")} queued.${same}`, "success");
        tm.jobs.expect(answer.jobs);
      },
    });
    let asked = false;
    const go = dialog.querySelector("[type=submit]");
    await look();
  };
})();
