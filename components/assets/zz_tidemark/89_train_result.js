/* Sections of the page of models about one that was trained here, or says how it was judged: figures on what it had not
   seen, per class, who is taken for whom, its versions, where it comes from. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { train, modelsPage: page } = tm;
  const known = new Map(); // id of a model → {key, facts}

  /* ---- what the server knows of it: asked for when it is shown, and again when a version came or went --------------- */
  const keyOf = (one) => {
    const versions = tm.model.list.filter(({ lineage }) => lineage === one.lineage).map(({ id, name }) => [id, name]);
    return JSON.stringify([one.sha256, versions]);
  };
  const ask = async (one, key) => {
    known.set(one.id, { ...known.get(one.id), key });
    const facts = await tm.ask(`/training/model/${encodeURIComponent(one.id)}`).catch(() => null);
    if (known.get(one.id)?.key !== key) return;
    if (!facts) return void known.delete(one.id);
    known.set(one.id, { key, facts });
    if (page.shown === one.id) page.redraw();
  };
  /** What is known of how a model was trained and judged; null until the server has said it. */
  train.facts = (one) => {
    const key = keyOf(one);
    if (known.get(one.id)?.key !== key) ask(one, key);
    return known.get(one.id)?.facts || null;
  };
  page.judged = (one) => Boolean(known.get(one.id)?.facts?.figures) || (one.origin === "trained" && !known.get(one.id)?.facts);
  const section = (place, draw) => page.section(place, (one, state) => {
    const facts = train.facts(one);
    return facts && draw(facts, one, state);
  });
  train.section = section;

  /* ---- figures ---------------------------------------------------------------------------------------------------------- */
  const two = (value) => (value === null || value === undefined ? "–" : value.toFixed(2));
  const percent = (value) => (value === null ? "–" : page.percent(value));
  train.two = two;
  train.interval = ({ low, high }) => (low === null || low === undefined ? "" : `${two(low)}–${two(high)}`);
  const main = (name, figure) => {
    const around = train.interval(figure);
    const node = page.figure(two(figure.value), `${name}${around ? `, ${around}` : ""}`);
    node.title = `${around ? `With 95 % certainty between ${two(figure.low)} and ${two(figure.high)}. ` : "Too few segments to say how sure that is. "}Always saying the commonest class: ${two(figure.always)}`;
    return node;
  };
  const rests = ({ segments, files }) => `Rests on ${tm.count(segments, "held-out segment")} of ${tm.count(files, "file")}.`;
  const warning = (words) => tm.element("p", { className: "tm-train-warns" }, tm.element("i", { className: "bi bi-exclamation-triangle", "aria-hidden": "true" }), words);
  const unjudged = (recipe) => (recipe && !recipe.unmarked ? " Only labelled samples were judged: what it suggests where nobody labelled is not in these figures." : "");
  const figures = ({ figures: found, recipe }) => {
    if (!found) return null;
    const sure = found.sure.segments ? `right of ${tm.count(found.sure.segments, "suggestion")} above a score of 0.9` : "no suggestion is above a score of 0.9";
    const row = tm.element(
      "div",
      { className: "tm-figures" },
      main("macro-F1", found.macro_f1),
      main("segment F1 (overlap of a half)", found.segment_f1),
      main("accuracy", found.accuracy),
      page.figure(two(found.calibration_error), "calibration error of scores"),
      page.figure(percent(found.sure.right), sure),
    );
    const words = tm.element("p", {}, `${rests(found)} ${found.judged_on}${unjudged(recipe)}`);
    return page.titled("How good it is on data it had not seen", ...(found.warning ? [warning(found.warning)] : []), row, words, classTable(found), confusion(found));
  };

  /* ---- per class ---------------------------------------------------------------------------------------------------------- */
  const table = (caption, head, rows, className) => {
    const cells = (tag, values) => values.map((value, at) => tm.element(at ? tag : "th", at ? {} : { scope: tag === "th" ? "col" : "row" }, value));
    const top = tm.element("thead", {}, tm.element("tr", {}, ...head.map((name) => tm.element("th", { scope: "col" }, name))));
    const body = tm.element("tbody", {}, ...rows.map((values) => tm.element("tr", {}, ...cells("td", values))));
    return tm.element("table", { className }, tm.element("caption", {}, caption), top, body);
  };
  train.table = table;
  const classTable = ({ classes }) => {
    const rows = classes.map((one) => [one.name, two(one.precision), two(one.recall), two(one.f1), two(one.segment_f1), one.segments.toLocaleString("en")]);
    const node = table("Per class, counted in samples; segment F1 in segments", ["Class", "Precision", "Recall", "F1", "Segment F1", "Segments"], rows, "tm-train-table");
    return tm.element("div", { className: "tm-train-wide" }, node);
  };

  /* ---- who is taken for whom -------------------------------------------------------------------------------------------------- */
  const mixed = (share) => {
    const [from, to] = [tm.color("--bs-body-bg"), tm.color("--tm-accent")].map(tm.colors.painted);
    return `rgb(${from.map((value, at) => Math.round(value + (to[at] - value) * share)).join(", ")})`;
  };
  const cell = (count, share, words) => {
    const node = tm.element("td", { title: words }, count ? (share >= 0.995 || share < 0.005 ? (share < 0.005 ? "<1" : "100") : String(Math.round(share * 100))) : "");
    const color = mixed(share);
    node.style.background = color;
    node.style.color = tm.inkOn(color);
    node.append(tm.element("span", { className: "visually-hidden" }, count ? ` %, ${tm.count(count, "sample")}` : "0 %"));
    return node;
  };
  const confusion = ({ classes, confusion: counts }) => {
    const names = classes.map(({ name }) => name);
    const none = counts.some((line) => line.at(-1) > 0);
    const columns = none ? [...names, "No suggestion"] : names;
    const head = tm.element("tr", {}, tm.element("td"), ...columns.map((name) => tm.element("th", { scope: "col", title: name }, tm.element("span", {}, name))));
    const rows = counts.map((line, at) => {
      const total = line.reduce((sum, count) => sum + count, 0);
      const cells = line.slice(0, columns.length).map((count, place) => cell(count, total ? count / total : 0, `${names[at]} suggested as ${columns[place]}: ${count.toLocaleString("en")} of ${tm.count(total, "sample")}`));
      return tm.element("tr", {}, tm.element("th", { scope: "row", title: names[at] }, names[at]), ...cells);
    });
    const node = tm.element("table", { className: `tm-confusion${columns.length > 6 ? " tm-confusion-many" : ""}`, "aria-label": "Suggested classes by labelled class" }, tm.element("thead", {}, head), tm.element("tbody", {}, ...rows));
    const words = tm.element("p", { className: "tm-train-hint" }, "Each row: of the samples people labelled so, how many per cent were suggested as which.");
    return tm.element("div", {}, words, tm.element("div", { className: "tm-train-wide" }, node));
  };
  tm.on("theme", () => tm.byId("models-detail") && page.redraw());
  section(12, figures);

  /* ---- where it comes from --------------------------------------------------------------------------------------------------- */
  const copied = (text) => {
    const button = page.tool("copy-command", "copy", "Copy the command line", async () => {
      try {
        await navigator.clipboard.writeText(text);
        tm.toast("Command line copied.", "success");
      } catch {
        tm.toast(text); // no clipboard on plain http: it can be read at least
      }
    });
    return tm.element("div", { className: "tm-train-command" }, tm.element("code", { tabIndex: 0 }, text), button);
  };
  const UNMARKED = { "": "not known", between: "nothing, between labels that stand close together" };
  const origin = ({ recipe, sources, command, note, points }) => {
    const rows = [];
    if (recipe) {
      const marked = Object.entries(recipe.marked || {}).map(([name, count]) => `${count.toLocaleString("en")} ${name}`);
      rows.push(["Labels", marked.join(", ")]);
      rows.push(["Unlabelled", UNMARKED[recipe.unmarked] ?? `of the class ${recipe.unmarked}`]);
      rows.push(["Time", `${tm.count(recipe.seconds, "second")}, seed ${recipe.seed}`]);
    }
    if (sources.length) rows.push([sources.length === 1 ? "File" : "Files", list(sources)]);
    if (command) rows.push(["Again", tm.element("div", {}, copied(command), ...(note ? [tm.element("small", { className: "tm-count" }, note)] : []))]);
    if (points.length) rows.push(["Learning", train.curve(points)]);
    if (!rows.length) return null;
    const node = tm.element("dl", { className: "tm-facts" });
    for (const [name, value] of rows) node.append(tm.element("dt", {}, name), tm.element("dd", {}, value));
    return page.titled("Where it comes from", node);
  };
  const FEW = 5;
  const list = (sources) => {
    const item = ({ path, sha256 }) => tm.element("li", { title: `SHA-256 ${sha256}` }, path);
    const first = sources.slice(0, FEW).map(item);
    if (sources.length <= FEW) return tm.element("ul", { className: "tm-train-sources" }, ...first);
    const rest = tm.element("ul", { className: "tm-train-sources" }, ...sources.slice(FEW).map(item));
    return tm.element("div", {}, tm.element("ul", { className: "tm-train-sources" }, ...first), tm.element("details", {}, tm.element("summary", {}, `and ${tm.count(sources.length - FEW, "more file")}`), rest));
  };
  section(45, origin);
})();
