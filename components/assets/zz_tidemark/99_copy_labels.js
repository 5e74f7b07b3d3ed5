/* Copying labels to other recordings of the same shape: one request, and one step to undo there, for each. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const MOST_ROWS = 1000;
  const WAYS = { sample: "at the same samples", time: "at the same times from the start" };

  const copy = { recording: null, targets: null, chosen: new Set(), by: "sample", selected: false, ids: [], count: 0, results: new Map(), busy: false, error: "" };
  const number = (value) => value.toLocaleString("en");

  tm.actions.copyLabelsOpen = async () => {
    const { recording, rows, selection } = tm.labels;
    if (recording === null) return;
    const accepted = [...rows.values()].filter(({ status }) => !status || status === "accepted"); // new ones have none yet
    if (!accepted.length) return tm.toast("This file has no labels to copy yet.");
    Object.assign(copy, { recording, targets: null, count: accepted.length, error: "", busy: false });
    copy.ids = accepted.map(({ id }) => id).filter((id) => selection.has(id));
    copy.selected = copy.ids.length > 0;
    copy.chosen.clear();
    copy.results.clear();
    tm.set("copy-dialog", { is_open: true });
    try {
      const response = await fetch(`/copy-labels/${recording}`);
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error);
      copy.targets = answer.targets;
      copy.by = answer.targets.some(({ ways }) => ways.includes("sample")) ? "sample" : "time";
    } catch (error) {
      copy.error = error instanceof TypeError ? "The server does not answer. Close this and try again." : error.message;
    }
    draw();
  };
  tm.actions.copyLabelsClose = () => tm.set("copy-dialog", { is_open: false });

  /* ---- drawing ------------------------------------------------------------------------------------------- */
  const fitting = () => (copy.targets || []).filter(({ ways }) => ways.includes(copy.by));
  const shown = () => {
    const wanted = (tm.byId("copy-filter")?.value || "").trim().toLowerCase();
    return fitting().filter(({ path }) => path.toLowerCase().includes(wanted));
  };
  const radios = (name, options, value, choose) => {
    const made = options.map(([option, text]) => {
      const radio = tm.element("input", { type: "radio", name, className: "form-check-input", checked: option === value, disabled: copy.busy });
      radio.onchange = () => {
        choose(option);
        draw();
        document.querySelector(`#copy-choices input[name=${name}]:checked`)?.focus();
      };
      return tm.element("label", {}, radio, text);
    });
    return tm.element("div", { role: "radiogroup" }, ...made);
  };

  function draw() {
    const place = tm.byId("copy-list");
    if (!place) return;
    const count = copy.selected ? copy.ids.length : copy.count;
    const ways = new Set((copy.targets || []).flatMap((target) => target.ways));
    tm.byId("copy-choices").replaceChildren(
      radios("copy-which", [[false, `All ${tm.count(copy.count, "label")}`], ...(copy.ids.length ? [[true, `The ${number(copy.ids.length)} selected`]] : [])], copy.selected, (value) => (copy.selected = value)),
      ...(ways.size ? [radios("copy-by", Object.entries(WAYS).filter(([way]) => ways.has(way)), copy.by, (value) => (copy.by = value))] : []),
    );
    tm.byId("copy-filter").oninput = draw;
    tm.byId("copy-filter").hidden = !(copy.targets && copy.targets.length);
    place.replaceChildren(...content());
    const chosen = fitting().filter(({ id }) => copy.chosen.has(id)).length;
    const text = chosen ? `Copy ${tm.count(count, "label")} to ${tm.count(chosen, "file")}` : "Copy";
    const span = tm.byId("copy-start-button")?.querySelector("span");
    if (span) span.textContent = text;
    tm.enable("copy-start-button", chosen > 0 && !copy.busy);
  }

  function content() {
    if (copy.error) return [tm.element("p", { className: "tm-copy-empty" }, copy.error)];
    if (!copy.targets) return [tm.element("p", { className: "tm-copy-empty" }, "Looking for files of the same shape…")];
    if (!copy.targets.length) {
      const why = "No other file has the same shape: channels of the same names, and as many rows or the same sampling step.";
      return [tm.element("p", { className: "tm-copy-empty" }, why)];
    }
    const some = shown();
    const list = tm.element("ul", { className: "tm-upload-rows" }, ...some.slice(0, MOST_ROWS).map(row));
    list.dataset.more = some.length > MOST_ROWS ? `and ${number(some.length - MOST_ROWS)} more: filter` : "";
    return [everything(some), list];
  }

  function everything(some) {
    const box = tm.element("input", { type: "checkbox", className: "form-check-input", disabled: copy.busy || !some.length });
    box.checked = some.length > 0 && some.every(({ id }) => copy.chosen.has(id));
    box.onchange = () => {
      for (const { id } of some) copy.chosen[box.checked ? "add" : "delete"](id);
      draw();
    };
    return tm.element("label", { className: "tm-copy-all" }, box, `${tm.count(some.length, "file")} of the same shape`);
  }

  function row({ id, path }) {
    const result = copy.results.get(id);
    const box = tm.element("input", { type: "checkbox", className: "form-check-input", checked: copy.chosen.has(id), disabled: copy.busy });
    box.onchange = () => {
      copy.chosen[box.checked ? "add" : "delete"](id);
      draw();
    };
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const name = tm.element("span", { className: "tm-upload-name", title: path }, tm.element("small", {}, folder), path.slice(folder.length));
    const node = tm.element("li", { className: "tm-copy-row" }, tm.element("label", {}, box, name));
    if (result) node.append(tm.element("span", { className: "tm-upload-state" }, sentence(result)), ...lines(result));
    if (result) node.dataset.state = result.error ? "failed" : "done";
    return node;
  }
  const sentence = ({ error, report }) => {
    if (error) return error;
    const parts = [`${number(report.brought)} copied`];
    if (report.here) parts.push(`${number(report.here)} already there`);
    for (const fate of ["moved", "clipped"]) if (report[fate]) parts.push(`${number(report[fate])} ${fate}`);
    if (report.unmatched) parts.push(`${number(report.unmatched)} did not fit`);
    return parts.join(" · ");
  };
  const lines = ({ report }) => {
    if (!report || !report.lines.length) return [];
    const items = report.lines.slice(0, 100).map((line) => tm.element("li", {}, `Item ${line.line}, ${line.label} from ${line.start}: ${line.fate}, ${line.words}`));
    const rest = report.lines.length - items.length + report.more;
    if (rest > 0) items.push(tm.element("li", {}, `and ${number(rest)} more`));
    return [tm.element("details", {}, tm.element("summary", {}, "Which, and why"), tm.element("ul", {}, ...items))];
  };

  /* ---- copying ------------------------------------------------------------------------------------------- */
  const send = async (target) => {
    const ids = copy.selected ? copy.ids : null;
    const body = JSON.stringify({ target: target.id, by: copy.by, uuid: tm.uuid(), ids });
    try {
      const response = await fetch(`/copy-labels/${copy.recording}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      const report = await response.json();
      if (!response.ok) throw new Error(report.error);
      copy.results.set(target.id, { report });
    } catch (error) {
      copy.results.set(target.id, { error: error instanceof TypeError ? "The server does not answer; copy again." : error.message });
    }
  };
  tm.actions.copyLabelsStart = async () => {
    try {
      await tm.labels.whenSent();
    } catch {
      return tm.toast("Not all changes are in the database yet. They are kept; copy when they are.", "error");
    }
    const targets = fitting().filter(({ id }) => copy.chosen.has(id));
    copy.busy = true;
    for (const [done, target] of targets.entries()) {
      tm.byId("copy-state")?.replaceChildren(`Copying to ${number(done + 1)} of ${tm.count(targets.length, "file")}`);
      await send(target);
    }
    copy.busy = false;
    tm.byId("copy-state")?.replaceChildren();
    copy.chosen.clear();
    draw();
    tm.refreshFiles();
    tell(targets);
  };
  const tell = (targets) => {
    const done = targets.filter(({ id }) => copy.results.get(id).report);
    const copied = done.reduce((sum, { id }) => sum + copy.results.get(id).report.brought, 0);
    const missed = targets.length - done.length + done.filter(({ id }) => copy.results.get(id).report.unmatched).length;
    const where = done.length === 1 ? done[0].path : tm.count(done.length, "file");
    const open = () => (tm.actions.copyLabelsClose(), tm.go(`/label/${done[0].id}`));
    const options = done.length ? { action: { text: done.length === 1 ? "Open" : "Open the first", run: open } } : {};
    const text = `Copied ${tm.count(copied, "label")} to ${where}${missed ? "; not all fit, the dialog says which" : ""}.`;
    tm.toast(text, missed ? "warning" : "success", options);
  };

  tm.whenShown("#copy-list", draw);
})();
