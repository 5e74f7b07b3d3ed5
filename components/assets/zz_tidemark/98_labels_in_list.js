/* Bringing labels in, part 2: the dialog's changing content, and the offer among files that are uploaded. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const li = tm.labelsIn;

  const FRAME_MS = 100;
  const MOST_ROWS = 1000;
  const MOST_LINES = 300;
  const MOST_SKIPPED = 300;
  const GROUPS = [
    ["all", "All", () => true],
    ["problems", "With problems", li.problem],
    ["asking", "To decide", ({ report }) => Boolean(report && report.candidates.length && !report.target)],
    ["lost", "Without a recording", ({ report }) => Boolean(report && !report.target && !report.candidates.length)],
  ];

  const list = tm.element("ul", { className: "tm-upload-rows" });
  const rows = new Map(); // path -> {node, text}
  let filter = "all";
  let timer = 0;
  li.changed = () => {
    if (!timer) timer = setTimeout(draw, FRAME_MS);
  };

  const number = (value) => value.toLocaleString("en");
  const fill = (id, ...nodes) => tm.byId(id)?.replaceChildren(...nodes);
  const sign = (name) => tm.element("i", { className: `bi bi-${name}`, "aria-hidden": "true" });
  const action = (text, run) => {
    const button = tm.element("button", { type: "button", className: "btn btn-sm btn-link" }, text);
    button.onclick = run;
    return button;
  };

  function draw() {
    timer = 0;
    drawOffer();
    const place = tm.byId("import-list");
    if (!place) return;
    if (list.parentNode !== place) place.replaceChildren(list);
    const all = [...li.files.values()];
    const groups = GROUPS.map(([name, title, belongs]) => [name, title, all.filter(belongs)]);
    if (!groups.find(([name, , some]) => name === filter && some.length)) filter = "all";
    tm.byId("import-drop").classList.toggle("tm-compact", all.length > 0);
    drawProgress();
    drawSums(all);
    drawOptions(all);
    drawFilters(groups);
    drawRows(groups.find(([name]) => name === filter)[2]);
    drawSkipped();
    drawButtons(all);
  }

  /* ---- the offer in the upload dialog --------------------------------------------------------------------- */
  function drawOffer() {
    const place = tm.byId("import-offer");
    if (!place || place.dataset.shown === String(li.offered.length)) return;
    place.dataset.shown = li.offered.length;
    if (!li.offered.length) return place.replaceChildren();
    const text = `${tm.count(li.offered.length, "file holds", "files hold")} labels of recordings.`;
    place.replaceChildren(sign("tags"), tm.element("span", {}, text), action("Bring labels in…", li.takeOffer));
  }

  /* ---- above the list ------------------------------------------------------------------------------------- */
  function drawProgress() {
    if (!li.task) return fill("import-progress");
    const share = li.total ? li.done / li.total : 0;
    const bar = tm.element("div", { className: "progress-bar" });
    bar.style.width = `${share * 100}%`;
    const text = `${li.task === "check" ? "Checking" : "Bringing in"}: ${number(li.done)} of ${tm.count(li.total, "file")}`;
    const line = tm.element("div", { className: "tm-labels-in-task" }, tm.element("span", {}, text), action("Cancel", li.cancel));
    fill("import-progress", tm.element("div", { className: "progress" }, bar), line);
  }

  const sum = (items, name) => items.reduce((total, { report }) => total + ((report && report[name]) || 0), 0);
  function drawSums(all) {
    if (!all.length) return fill("import-sums");
    const wanted = li.wanted();
    const parts = [tm.count(all.length, "file")];
    if (li.ended) parts.push(li.ended);
    else parts.push(`${tm.count(sum(wanted, "fresh"), "label")} to bring in`);
    for (const fate of ["moved", "clipped", "unmatched"]) if (sum(all, fate)) parts.push(`${number(sum(all, fate))} ${fate}`);
    if (sum(all, "here")) parts.push(`${number(sum(all, "here"))} already there`);
    const text = parts.join(" · ");
    fill("import-sums", tm.element("span", { className: "tm-upload-sum" }, text));
    const live = tm.byId("import-live");
    if (live && !li.task && live.textContent !== text) live.textContent = text;
  }

  function drawOptions(all) {
    const place = tm.byId("import-options");
    place.hidden = !all.length;
    if (!place.childElementCount) {
      place.append(
        option(false, "Add to the labels that are there", "the same labels are not added twice"),
        option(true, "Replace the labels of these files", "those that are not in the label files go; undo brings them back"),
      );
    }
    for (const radio of place.querySelectorAll("input")) {
      radio.checked = (radio.value === "replace") === li.replace;
      radio.disabled = Boolean(li.task);
    }
  }
  function option(replace, text, hint) {
    const radio = tm.element("input", { type: "radio", name: "import-mode", value: replace ? "replace" : "add", className: "form-check-input" });
    radio.onchange = () => {
      li.replace = replace;
      li.changed();
    };
    return tm.element("label", {}, radio, tm.element("span", {}, text), tm.element("small", {}, hint));
  }

  function drawFilters(groups) {
    const shown = groups.filter(([name, , some]) => name === "all" || some.length);
    const text = JSON.stringify(shown.map(([name, , some]) => [name, some.length, name === filter]));
    const place = tm.byId("import-filters");
    if (place.dataset.text === text) return;
    place.dataset.text = text;
    const focused = place.contains(document.activeElement);
    place.replaceChildren(
      ...(shown.length < 2 ? [] : shown).map(([name, title, some]) => {
        const button = tm.element("button", { type: "button", className: "btn btn-sm tm-upload-filter" });
        button.append(`${title} `, tm.element("span", {}, number(some.length)));
        button.setAttribute("aria-pressed", String(name === filter));
        button.onclick = () => {
          filter = name;
          li.changed();
        };
        return button;
      }),
    );
    if (focused) place.querySelector("[aria-pressed=true]")?.focus();
  }

  function drawButtons(all) {
    const wanted = li.wanted().filter(li.changes);
    const idle = !li.task;
    const fresh = sum(wanted, "fresh");
    const others = li.replace ? sum(wanted, "others") : 0;
    const start = tm.byId("import-start-button");
    const text = !fresh && !others ? "Bring in" : others ? `Bring in ${number(fresh)}, remove ${number(others)}` : `Bring in ${tm.count(fresh, "label")}`;
    const span = start?.querySelector("span");
    if (span && span.textContent !== text) span.textContent = text;
    if (start) start.dataset.removes = others > 0;
    tm.enable("import-start-button", idle && wanted.length > 0);
    tm.enable("import-clear-button", idle && all.length + li.skipped.length > 0);
    tm.enable("import-again-button", idle && all.some(({ state }) => state !== "brought"));
    for (const id of ["import-copy-button", "import-download-button"]) tm.enable(id, idle && all.length > 0);
  }

  function drawSkipped() {
    const { skipped } = li;
    const place = tm.byId("import-skipped");
    if (place.dataset.shown === String(skipped.length)) return;
    place.dataset.shown = skipped.length;
    if (!skipped.length) return place.replaceChildren();
    const names = skipped.slice(0, MOST_SKIPPED).map(({ path, reason }) => tm.element("li", {}, tm.element("span", {}, path), ` ${reason}`));
    if (skipped.length > names.length) names.push(tm.element("li", {}, `and ${number(skipped.length - names.length)} more`));
    place.replaceChildren(tm.element("details", {}, tm.element("summary", {}, `${tm.count(skipped.length, "file")} left out`), tm.element("ul", {}, ...names)));
  }

  /* ---- rows ------------------------------------------------------------------------------------------------- */
  function drawRows(shown) {
    const visible = new Set(shown.slice(0, MOST_ROWS).map(({ path }) => path));
    for (const [path, row] of rows) {
      if (visible.has(path)) continue;
      row.node.remove();
      rows.delete(path);
    }
    let before = null;
    for (const item of shown.slice(0, MOST_ROWS)) {
      const node = drawRow(item);
      if (before ? before.nextSibling !== node : list.firstChild !== node) {
        if (before) before.after(node);
        else list.prepend(node);
      }
      before = node;
    }
    list.hidden = !li.files.size;
    list.dataset.more = shown.length > MOST_ROWS ? `and ${number(shown.length - MOST_ROWS)} more` : "";
  }

  function drawRow(item) {
    const { report } = item;
    const text = JSON.stringify([item.state, item.chosen, item.error, Boolean(li.task)]);
    const known = rows.get(item.path);
    if (known && known.text === text && known.item === item && known.report === report) return known.node;
    const node = known?.node || tm.element("li", { className: "tm-upload-row tm-labels-in-row" });
    const open = known && known.item === item && node.querySelector("details")?.open;
    rows.set(item.path, { node, text, item, report });
    node.dataset.state = kindOf(item);
    node.replaceChildren(...content(item, open));
    return node;
  }

  const kindOf = ({ state, report }) => {
    if (state === "failed") return "failed";
    if (!report) return "waiting";
    if (report.candidates.length && !report.target) return "asking";
    if (report.reason) return "refused";
    if (report.unmatched) return "problem";
    return state === "brought" ? "brought" : "fine";
  };
  const ICONS = {
    failed: "exclamation-triangle",
    waiting: "hourglass",
    asking: "question-circle-fill",
    refused: "x-octagon",
    problem: "exclamation-triangle",
    brought: "check-circle-fill",
    fine: "check-circle",
  };

  function content(item, open) {
    const { path, report } = item;
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const name = tm.element("span", { className: "tm-upload-name", title: path }, tm.element("small", {}, folder), path.slice(folder.length));
    const state = tm.element("span", { className: "tm-upload-state" }, li.sentence(item));
    const nodes = [tick(item), sign(ICONS[kindOf(item)]), name, target(item), state];
    const more = report && (report.lines.length || report.notes.length || (report.target && item.state === "checked")) ? details(item, open) : null;
    return more ? [...nodes, more] : nodes;
  }

  function tick(item) {
    const homeless = Boolean(item.report && !item.report.target);
    const box = tm.element("input", { type: "checkbox", className: "form-check-input", checked: item.chosen && !homeless, disabled: homeless || item.state === "brought" || Boolean(li.task) });
    box.setAttribute("aria-label", `Bring in ${item.path}`);
    box.title = "Bring this file in";
    box.onchange = () => {
      item.chosen = box.checked;
      li.changed();
    };
    return box;
  }

  function target(item) {
    const { report } = item;
    const place = tm.element("span", { className: "tm-labels-in-target" });
    if (!report) return place;
    if (!report.target) {
      place.append(sign("arrow-right"), report.candidates.length ? candidates(item) : anyRecording(item));
      return place;
    }
    const link = tm.element("a", { href: `/label/${report.target.id}`, title: report.target.path }, report.target.path);
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      tm.set("import-dialog", { is_open: false });
      tm.go(link.getAttribute("href"));
    };
    place.append(sign("arrow-right"), link, tm.element("small", {}, report.how));
    return place;
  }

  function candidates(item) {
    const select = tm.element("select", { className: "form-select form-select-sm" });
    select.setAttribute("aria-label", `Recording of ${item.path}`);
    select.append(tm.element("option", { value: "" }, "Choose the recording…"));
    for (const { id, path } of item.report.candidates) select.append(tm.element("option", { value: String(id) }, path));
    select.onchange = () => select.value && li.aim(item, Number(select.value));
    return select;
  }

  /* Any recording, by its path; the paths are asked for when the first field gets the focus. */
  const choices = tm.element("datalist", { id: "import-recordings" });
  const byPath = new Map();
  const loadChoices = async () => {
    const response = await fetch("/labels-in").catch(() => null);
    if (!response || !response.ok) return;
    const { recordings } = await response.json();
    byPath.clear();
    for (const { id, path } of recordings) byPath.set(path, id);
    choices.replaceChildren(...recordings.map(({ path }) => tm.element("option", { value: path })));
    if (!choices.isConnected) document.body.append(choices);
  };
  function anyRecording(item) {
    const field = tm.element("input", { type: "text", className: "form-control form-control-sm", placeholder: "Path of its recording", autocomplete: "off" });
    field.setAttribute("list", "import-recordings");
    field.setAttribute("aria-label", `Recording of ${item.path}`);
    field.onfocus = loadChoices;
    field.onchange = async () => {
      if (!byPath.size) await loadChoices();
      const id = byPath.get(field.value.trim());
      if (id) li.aim(item, id);
      else if (field.value.trim()) tm.toast(`There is no recording at ${field.value.trim()}.`, "warning");
    };
    return field;
  }

  function details(item, open) {
    const { report } = item;
    const shown = report.lines.length;
    const title = shown ? `${tm.count(shown + report.more, "label")} did not simply match` : report.notes.length ? "Notes" : "More";
    const box = tm.element("details", {}, tm.element("summary", {}, title));
    const build = () => {
      if (box.open && box.childElementCount === 1) box.append(...inside(item));
    };
    box.ontoggle = build;
    if (open) box.open = true;
    build();
    return box;
  }

  function inside(item) {
    const { report } = item;
    const nodes = report.notes.map((note) => tm.element("p", {}, note));
    if (report.lines.length) nodes.push(table(report));
    if (item.state === "checked") nodes.push(tm.element("label", { className: "tm-labels-in-other" }, "Bring it onto another recording: ", anyRecording(item)));
    return nodes;
  }
  function table(report) {
    const head = tm.element("tr", {}, ...["Line", "Start", "End", "Label", "What"].map((text) => tm.element("th", { scope: "col" }, text)));
    const lines = report.lines.slice(0, MOST_LINES).map((line) => {
      const what = tm.element("td", {}, tm.element("b", {}, line.fate), `: ${line.words}`);
      what.dataset.fate = line.fate;
      return tm.element("tr", {}, ...[line.line, line.start, line.end, line.label].map((text) => tm.element("td", {}, String(text))), what);
    });
    const rest = report.lines.length - lines.length + report.more;
    if (rest > 0) lines.push(tm.element("tr", {}, tm.element("td", { colSpan: 5 }, `and ${number(rest)} more: download the report`)));
    return tm.element("div", { className: "tm-labels-in-lines" }, tm.element("table", {}, tm.element("thead", {}, head), tm.element("tbody", {}, ...lines)));
  }

  /* ---- the report -------------------------------------------------------------------------------------------- */
  tm.actions.labelsInDownloadReport = () => {
    const url = URL.createObjectURL(new Blob(["\ufeff", li.reportText()], { type: "text/csv" }));
    const link = tm.element("a", { href: url, download: "labels-report.csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  };
  tm.actions.labelsInCopyReport = async () => {
    try {
      await navigator.clipboard.writeText(li.reportText());
      tm.toast("The report is on the clipboard.", "success");
    } catch {
      tm.toast("This browser does not let the page use the clipboard. Download the report instead.", "warning");
    }
  };

  /* A dialog's content appears when it opens, made anew: draw what is known. */
  tm.whenShown("#import-list, #import-offer", draw);
})();
