/* Bringing labels in, part 1: which files were chosen, what the server says would become of them (a dry run), and
   bringing them in. Files stay in the browser: each request carries them anew, and the server keeps nothing. No DOM
   here: part 2 draws what changed.

   A file's state: waiting · checked · failed (the request, may be tried again) · brought. `report` is the server's
   (services/label_import/report.py); `chosen`: it is to be brought in; `recording`: where the user said it goes. */
(function () {
  "use strict";
  const tm = window.tidemark;

  const HEAD_BYTES = 256;
  const SAVED = "Item Number,Start Index,End Index,Label,Color";
  const ROWS = "start,end,label";
  const LARGEST = 24 * 1024 * 1024;
  const MOST_AT_ONCE = 40;
  const BYTES_AT_ONCE = 8 * 1024 * 1024;
  const NATURAL = new Intl.Collator(undefined, { numeric: true });

  const files = new Map();
  const li = (tm.labelsIn = { files, skipped: [], offered: [], replace: false, task: null, ended: "" });
  li.changed = () => {}; // part 2 draws
  li.open = () => Boolean(tm.byId("import-drop"));

  /* ---- which files are labels ------------------------------------------------------------------------ */
  const headOf = async (file) => {
    const bytes = await file.slice(0, HEAD_BYTES).arrayBuffer();
    const first = new Uint8Array(bytes);
    const wide = { 255: "utf-16le", 254: "utf-16be" }[first[0]];
    return new TextDecoder(wide && first[0] + first[1] === 509 ? wide : "utf-8").decode(bytes).split(/\r?\n/)[0];
  };
  /* "saved" as Save writes it, "rows" with numbers of rows, "" for what is no file of labels. */
  const kindOf = async (file) => {
    const head = (await headOf(file).catch(() => "")).replace(/"/g, "").replace(/\s*[,;\t]\s*/g, ",").trim();
    return head === SAVED ? "saved" : head === ROWS ? "rows" : "";
  };

  /** Take the files of labels out of files that are to become recordings, and offer to bring them in. */
  li.sift = async (found) => {
    const named = ({ path, file }) => Boolean(file) && tm.upload.skipReason(path.replace(/\.labels(\.csv)$/i, "$1")) === "";
    const kinds = await Promise.all(found.map((one) => (named(one) ? kindOf(one.file) : "")));
    const labels = found.filter((one, place) => kinds[place] === "saved" || (kinds[place] && /[._]labels\.csv$/i.test(one.path)));
    for (const { path } of labels) {
      if (!tm.upload.skipped.some((other) => other.path === path)) tm.upload.skipped.push({ path, reason: tm.upload.LABELS });
    }
    if (labels.length) {
      const fresh = new Set(labels.map(({ path }) => path));
      li.offered = [...li.offered.filter(({ path }) => !fresh.has(path)), ...labels];
      li.changed();
    }
    return found.filter((one) => !labels.includes(one));
  };
  li.takeOffer = () => {
    const offered = li.offered.splice(0);
    tm.set("upload-dialog", { is_open: false });
    tm.set("import-dialog", { is_open: true });
    li.add(offered);
  };

  /** Add chosen files; what is no file of labels is listed as left out. */
  li.add = async (found) => {
    if (li.task === "bring") return tm.toast("Labels are being brought in. Wait until that is done.");
    const reasons = await Promise.all(found.map(({ file, path, unreadable }) => unreadable || reasonAgainst(path, file)));
    for (const [place, { file, path }] of found.entries()) {
      const reason = reasons[place];
      if (reason) {
        if (!li.skipped.some((other) => other.path === path)) li.skipped.push({ path, reason });
      } else {
        files.set(path, { path, file, state: "waiting", chosen: true, recording: null, report: null, uuid: tm.uuid() });
      }
    }
    const sorted = [...files.values()].sort((one, other) => NATURAL.compare(one.path, other.path));
    files.clear();
    for (const item of sorted) files.set(item.path, item);
    li.ended = "";
    await check();
  };
  const reasonAgainst = async (path, file) => {
    const reason = tm.upload.skipReason(path.replace(/\.labels(\.csv)$/i, "$1"));
    if (reason) return reason;
    if (file.size > LARGEST) return "larger than 24 MB: bring it in with python app.py import-labels";
    return (await kindOf(file)) ? "" : `not a file of labels: its first line is neither ${SAVED} nor ${ROWS}`;
  };

  /* ---- requests --------------------------------------------------------------------------------------- */
  let abort = null;
  li.cancel = () => abort && abort.abort();

  const post = async (url, items) => {
    const form = new FormData();
    form.append("plan", JSON.stringify(items.map(({ path, recording, uuid, replace }) => ({ path, recording, uuid, replace }))));
    items.forEach(({ file }, place) => form.append(String(place), file, "labels.csv"));
    const response = await fetch(url, { method: "POST", body: form, signal: abort.signal });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.error || `The server answered ${response.status}.`);
    return answer.files;
  };
  const batches = function* (items) {
    let some = [];
    let bytes = 0;
    for (const item of items) {
      if (some.length && (some.length === MOST_AT_ONCE || bytes + item.file.size > BYTES_AT_ONCE)) {
        yield some;
        [some, bytes] = [[], 0];
      }
      some.push(item);
      bytes += item.file.size;
    }
    if (some.length) yield some;
  };
  const words = (error) => {
    if (error.name === "AbortError") return "cancelled";
    return error instanceof TypeError ? "the server does not answer, or the file was changed or moved" : error.message;
  };

  /* One file after the other, some in one request; a request that fails tells its files so, the others go on. */
  const run = async (task, url, items, take) => {
    if (li.task || !items.length) return li.changed();
    abort = new AbortController();
    Object.assign(li, { task, done: 0, total: items.length, cancelled: false });
    li.changed();
    for (const some of batches(items)) {
      if (abort.signal.aborted) break;
      try {
        const reports = await post(url, some);
        some.forEach((item, place) => take(item, reports[place]));
      } catch (error) {
        for (const item of some) Object.assign(item, { state: "failed", error: words(error) });
      }
      li.done += some.length;
      li.changed(some);
    }
    li.cancelled = abort.signal.aborted;
    li.task = null;
    li.changed();
  };

  const check = () =>
    run("check", "/labels-in/check", [...files.values()].filter(({ state }) => state === "waiting"), (item, report) =>
      Object.assign(item, { state: "checked", report }),
    );
  /** Look anew at every file that is not brought in yet: recordings may have come meanwhile. */
  li.again = () => {
    for (const item of files.values()) if (item.state !== "brought") item.state = "waiting";
    return check();
  };
  li.clear = () => {
    if (li.task) return;
    files.clear();
    Object.assign(li, { skipped: [], ended: "" });
    li.changed();
  };
  /** The user says to which recording a file belongs. */
  li.aim = (item, recording) => {
    Object.assign(item, { recording, state: "waiting", chosen: true });
    return check();
  };

  /* ---- what is to be brought in ------------------------------------------------------------------------- */
  const hasPlace = ({ state, report }) => state === "checked" && Boolean(report.target) && !report.reason;
  li.changes = ({ report }) => report.fresh > 0 || (li.replace && report.others > 0);
  li.wanted = () => [...files.values()].filter((item) => item.chosen && (hasPlace(item) || (item.state === "failed" && item.report)));
  li.problem = ({ state, report, error }) => Boolean(error && state === "failed") || Boolean(report && (report.reason || report.lines.length));

  /* Of several files for one recording only the first replaces its labels. */
  li.bring = async () => {
    const items = li.wanted().filter(li.changes);
    const replaced = new Set();
    for (const item of items) {
      const { id } = item.report.target;
      item.replace = li.replace && !replaced.has(id);
      item.recording = id; // what was shown is what is done
      replaced.add(id);
    }
    await run("bring", "/labels-in", items, (item, report) =>
      Object.assign(item, { state: report.brought === null ? "checked" : "brought", report: { ...report, how: item.report.how } }),
    );
    const brought = items.filter(({ state }) => state === "brought");
    const labels = brought.reduce((sum, { report }) => sum + report.brought, 0);
    const failed = items.length - brought.length;
    li.ended = `${tm.count(labels, "label")} brought into ${tm.count(new Set(brought.map(({ report }) => report.target.id)).size, "file")}`;
    if (failed) li.ended += `, ${tm.count(failed, "file")} not: see why below, then press Bring in again`;
    li.changed();
    tm.refreshFiles();
    tm.labels.exchange();
    tm.toast(`${li.ended}.`, failed ? "warning" : "success");
  };

  /* ---- the report as CSV ---------------------------------------------------------------------------------- */
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = /^'*[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text; // no formula for a spreadsheet
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  li.reportText = () => {
    const rows = [["File", "Recording", "Line", "What", "Start", "End", "Label", "Why"]];
    for (const item of files.values()) {
      const { path, report } = item;
      const target = report && report.target ? report.target.path : "";
      rows.push([path, target, "", "file", "", "", "", li.sentence(item)]);
      if (!report) continue;
      for (const line of report.lines) rows.push([path, target, line.line, line.fate, line.start, line.end, line.label, line.words]);
      if (report.more) rows.push([path, target, "", "more", "", "", "", `and ${report.more} more lines`]);
      for (const note of report.notes) rows.push([path, target, "", "note", "", "", "", note]);
    }
    for (const { path, reason } of li.skipped) rows.push([path, "", "", "left out", "", "", "", reason]);
    return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  };

  /** What is said of a file in one line. */
  li.sentence = ({ state, report, error }) => {
    if (state === "waiting") return "waiting";
    if (state === "failed") return `not brought in: ${error}`;
    if (report.reason) return report.reason;
    const parts = ["matched", "moved", "clipped", "unmatched"].filter((fate) => report[fate]).map((fate) => `${report[fate].toLocaleString("en")} ${fate}`);
    if (report.brought !== null) {
      parts.push(`${report.brought.toLocaleString("en")} brought in`);
      if (report.removed) parts.push(`${report.removed.toLocaleString("en")} removed`);
    }
    if (report.here) parts.push(`${report.here.toLocaleString("en")} already there`);
    return parts.join(" · ") || "no labels in it";
  };

  document.addEventListener("DOMContentLoaded", () => {
    const directory = tm.upload.input("import-directory-input", true, li.add);
    const single = tm.upload.input("import-files-input", false, li.add);
    tm.actions.labelsInDirectory = () => directory.click();
    tm.actions.labelsInFiles = () => single.click();
  });
  tm.actions.labelsInAgain = () => void li.again();
  tm.actions.labelsInClear = li.clear;
  tm.actions.labelsInStart = () => void li.bring();
  /* Buttons elsewhere that open the dialog say so with this attribute. */
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-labels-in]")) tm.set("import-dialog", { is_open: true });
  });
})();
