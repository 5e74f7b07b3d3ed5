/* Sections of the page of models: the head with what can be done, what became of its suggestions, what it is. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const page = tm.modelsPage;

  /* ---- head ------------------------------------------------------------------------------------------------ */
  const remove = (page.remove = (one) => {
    const { runs, accepted, edited, open } = one.counts;
    const words = `Its file ${one.file} is deleted from the folder of models; download it first if nobody else has it.`;
    const labels = accepted + edited;
    const stay = labels ? `${labels === 1 ? "The label" : `The ${labels.toLocaleString("en")} labels`} it made ${labels === 1 ? "stays" : "stay"}, with ${labels === 1 ? "its" : "their"} score.` : runs || open ? "None of its suggestions became a label." : "It has made no labels.";
    const box = tm.element("input", { type: "checkbox", className: "form-check-input" });
    const waiting = tm.count(open, "suggestion");
    const offer = tm.element("span", {}, `Remove its ${waiting} that ${open === 1 ? "waits" : "wait"} for a decision, too. One undo in each file brings them back; left there, they wait for you: runs of other models do not replace them.`);
    const body = [tm.element("p", {}, words), tm.element("p", {}, stay), ...(open ? [tm.element("label", { className: "tm-dialog-check" }, box, offer)] : [])];
    tm.dialog({ title: `Delete “${one.name}”?`, body, submit: "Delete", danger: true, run: () => tm.model.send({ do: "delete", id: one.id, suggestions: box.checked }, page.set) });
  });
  const head = (one) => {
    const download = tm.element("a", { className: "btn btn-sm btn-outline-primary", href: `/model-catalogue/${one.id}.pth`, download: "", title: "The checkpoint as it came" }, tm.element("i", { className: "bi bi-download", "aria-hidden": "true" }), "Download");
    download.dataset.field = "download";
    const tools = tm.element(
      "div",
      { className: "tm-model-tools" },
      page.tool("describe", "pencil", "Rename and describe", () => tm.model.describe(one)),
      page.tool("delete", "trash", "Delete this model", () => remove(one)),
      download,
    );
    const name = tm.element("div", { className: "tm-model-title" }, tm.element("h2", {}, one.name), tm.element("span", { className: "tm-model-short" }, one.short_description));
    const node = tm.element("header", { className: "tm-model-head" }, name, tools);
    if (one.remarks) node.append(tm.element("p", { className: "tm-model-said" }, one.remarks));
    return node;
  };
  page.section(10, head);

  /* ---- what became of its suggestions ------------------------------------------------------------------------ */
  const KINDS = [
    ["accepted", "accepted", "Accepted as they were"],
    ["edited", "edited", "Accepted after an edit, or by one"],
    ["rejected", "rejected", "Rejected"],
    ["open", "open", "Nobody has decided yet"],
  ];
  const figure = (value, words, kind = "", title = "") => {
    const number = tm.element("b", {}, value);
    const node = tm.element("div", { className: "tm-figure", title }, number, tm.element("span", {}, words));
    if (kind) node.prepend(tm.element("span", { className: `tm-figure-mark tm-decided-${kind}`, "aria-hidden": "true" }));
    return node;
  };
  const use = ({ counts }) => {
    const total = KINDS.reduce((sum, [kind]) => sum + counts[kind], 0);
    if (!counts.runs && !total) return page.titled("In use", tm.element("p", { className: "tm-none" }, "Not used yet. Choose it beside a plot; what becomes of its suggestions is counted here."));
    const bar = tm.element("div", { className: "tm-decided", "aria-hidden": "true" });
    for (const [kind] of KINDS) {
      const part = tm.element("span", { className: `tm-decided-${kind}` });
      part.style.flexGrow = counts[kind];
      bar.append(part);
    }
    const precision = counts.precision === null ? "–" : page.percent(counts.precision);
    const figures = tm.element("div", { className: "tm-figures" }, figure(precision, "precision in use", "", "Share of its decided suggestions that were accepted as they were"), figure(counts.runs.toLocaleString("en"), counts.runs === 1 ? "run" : "runs"));
    figures.append(...KINDS.map(([kind, words, title]) => figure(counts[kind].toLocaleString("en"), words, kind, title)));
    return page.titled("In use", figures, ...(total ? [bar] : []));
  };
  page.section(20, use);

  /* ---- what it is ---------------------------------------------------------------------------------------------- */
  const size = (bytes) => (bytes < 1e3 ? tm.count(bytes, "byte") : bytes < 1e6 ? `${(bytes / 1e3).toLocaleString("en", { maximumFractionDigits: 1 })} kB` : `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`);
  const ORIGINS = { upload: "Added", list: "Found in the list of the old tool", trained: "Trained here" };
  const hash = (one) => {
    const copy = page.tool("copy-hash", "copy", "Copy the whole SHA-256", async () => {
      try {
        await navigator.clipboard.writeText(one.sha256);
        tm.toast("SHA-256 copied.", "success");
      } catch {
        tm.toast(one.sha256); // no clipboard on plain http: it can be read at least
      }
    });
    return tm.element("span", { className: "tm-hash" }, tm.element("code", { title: one.sha256 }, `${one.sha256.slice(0, 12)}…`), copy);
  };
  const day = (text) => new Date(text).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  const facts = (one) => {
    const rows = [
      ["Architecture", one.architecture],
      ["Takes", one.features],
      ["Before that", one.preparation],
      ["Sees", one.context],
      ["Tells apart", tm.count(one.classes.length, "class", "classes")],
      ["Came from", `${ORIGINS[one.origin] || one.origin}, ${day(one.created_at)}`],
      ["File", `${one.file}, ${size(one.size)}`],
      ["SHA-256", hash(one)],
    ];
    const list = tm.element("dl", { className: "tm-facts" });
    for (const [name, value] of rows) list.append(tm.element("dt", {}, name), tm.element("dd", {}, value));
    return page.titled("What it is", list);
  };
  page.section(40, facts);

  const metrics = (one) => {
    const { metrics: known } = one;
    if (!known.length || page.judged(one)) return null; // those are shown whole
    return page.titled("As its maker measured it", tm.element("div", { className: "tm-figures" }, ...known.map(({ name, value }) => figure(value, name))));
  };
  page.judged = () => false;
  page.figure = figure;
  page.section(50, metrics);
})();
