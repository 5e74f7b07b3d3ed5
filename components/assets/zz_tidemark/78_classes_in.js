/* Bringing label classes in from a CSV: what it will do is shown before it is done. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const page = tm.classesPage;
  const MARKS = { added: ["plus-lg", "New"], changed: ["pencil", "Changes"], same: ["check-lg", "Same"] };

  const url = (name, apply) => `/label-classes/${page.set}/import?${new URLSearchParams({ name, ...(apply ? { apply: "1" } : {}) })}`;
  const post = (file, apply) => tm.ask(url(file.name, apply), { method: "POST", headers: { "Content-Type": "text/csv" }, body: file });

  const stepRow = ({ kind, name, color, index, words }) => {
    const [icon, meaning] = MARKS[kind];
    const swatch = tm.element("span", { className: "tm-swatch" });
    swatch.style.background = color;
    const label = tm.element("span", { className: "tm-step-name" }, swatch, name);
    const number = tm.element("span", { className: "tm-count" }, index === null ? "" : String(index));
    return tm.element("li", { className: `tm-step tm-step-${kind}` }, tm.element("i", { className: `bi bi-${icon}`, title: meaning, role: "img", "aria-label": meaning }), number, label, tm.element("small", {}, words));
  };
  const sentences = (title, list) =>
    list.length ? [tm.element("h3", {}, title), tm.element("ul", { className: "tm-sentences" }, ...list.map((text) => tm.element("li", {}, text)))] : [];

  const look = (file, { steps, clashes, refused }) => {
    const count = (kind) => steps.filter((step) => step.kind === kind).length;
    const changes = count("added") + count("changed");
    const summary = `${count("added")} new, ${count("changed")} changed, ${count("same")} as they are${refused.length ? `, ${tm.count(refused.length, "line")} left out` : ""}.`;
    const body = [
      tm.element("p", {}, summary),
      tm.element("ul", { className: "tm-steps" }, ...steps.map(stepRow)),
      ...sentences("What changes besides", clashes),
      ...sentences("Left out", refused),
    ];
    const run = async () => {
      await post(file, true);
      tm.labels.exchange();
      page.open(page.set);
      tm.toast(`${tm.count(changes, "class", "classes")} of ${file.name} ${changes === 1 ? "is" : "are"} in.`, "success");
    };
    tm.dialog({ title: `Import ${file.name}`, body, ...(changes ? { submit: `Import ${tm.count(changes, "class", "classes")}`, run } : {}) });
  };

  tm.actions.importLabelClasses = () => {
    const input = tm.element("input", { type: "file", accept: ".csv,.txt,text/csv", hidden: true });
    input.onchange = async () => {
      const [file] = input.files;
      input.remove();
      try {
        if (file) look(file, await post(file, false));
      } catch (error) {
        tm.toast(error.message, "warning");
      }
    };
    document.body.append(input); // a test, and some browsers, find it only there
    input.click();
  };
})();
