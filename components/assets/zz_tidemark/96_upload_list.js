/* Upload, part 3: the dialog's changing content and the indicator. At most ten times a second, and only the rows
   that changed. The dialog's own content is made anew each time it opens, so the list is kept here and put into it. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const upload = tm.upload;

  const FRAME_MS = 100;
  const MOST_ROWS = 2000;
  const MOST_SKIPPED = 300;
  const RATE_MS = 5000;
  const SAY_MS = 4000;
  const BACK_MS = 4000;

  const GROUPS = [
    ["all", "All", () => true],
    ["going", "Going on", (item) => !upload.ended(item)],
    ["asking", "To decide", (item) => upload.asking(item)],
    ["trouble", "Not added", (item) => ["refused", "failed", "cancelled", "skipped"].includes(item.state)],
    ["here", "Already here", (item) => item.state === "already here"],
    ["added", "Added", (item) => item.state === "added"],
  ];

  const list = tm.element("ul", { className: "tm-upload-rows" });
  const rows = new Map();
  const dirty = new Set();
  let filter = "all";
  let timer = 0;
  let forget = false;
  let history = [];
  let newest = 0;
  let lost = false;

  upload.changed = (item) => {
    if (item && item.key) dirty.add(item);
    if (!timer) timer = setTimeout(draw, FRAME_MS);
  };

  function draw() {
    timer = 0;
    const all = [...upload.items.values()];
    if (lost !== upload.connection.lost) for (const item of all) if (item.state === "uploading") dirty.add(item);
    lost = upload.connection.lost;
    const sums = summary(all);
    drawIndicator(sums);
    if (attach()) {
      drawRows(all);
      drawNotice();
      drawFound();
      drawOverall(sums);
      drawQuestions(all);
      drawFilters(all);
      drawSkipped();
      tm.enable("upload-cancel-all-button", sums.going > 0);
      tm.enable("upload-clear-button", all.length + upload.skipped.length > sums.going + sums.asking);
      say(sums);
    }
    if (sums.sending || upload.connection.lost || Date.now() - upload.connection.back < BACK_MS) upload.changed();
  }

  /* ---- sums --------------------------------------------------------------------------------------------- */
  function summary(all) {
    const sums = { files: 0, bytes: 0, gone: 0, parts: 0, going: 0, sending: 0, reading: 0, asking: 0, trouble: 0 };
    Object.assign(sums, { added: 0, here: 0 });
    for (const item of all) {
      if (upload.asking(item)) sums.asking += 1;
      if (item.state === "added") sums.added += 1;
      if (item.state === "already here") sums.here += 1;
      if (item.state === "refused" || item.state === "failed") sums.trouble += 1;
      if (upload.ended(item) && !item.sent) continue;
      sums.files += 1;
      const weight = item.size + 50000; // so that empty and tiny files count too
      sums.bytes += weight;
      if (!upload.ended(item)) sums.going += 1;
      if (!upload.ended(item) && !item.sent) sums.sending += 1;
      else if (!upload.ended(item)) sums.reading += 1;
      const share = item.sent ? 1 : item.size ? item.gone / item.size : 0;
      sums.gone += item.sent ? item.size : item.gone;
      sums.parts += weight * (upload.ended(item) ? 1 : 0.6 * share + 0.4 * (item.reading || 0));
    }
    sums.total = all.reduce((sum, item) => sum + (upload.ended(item) && !item.sent ? 0 : item.size), 0);
    sums.fraction = sums.bytes ? sums.parts / sums.bytes : 0;
    sums.rate = rate(sums);
    return sums;
  }

  function rate(sums) {
    const now = Date.now();
    if (!sums.sending) history = [];
    else history.push([now, sums.gone]);
    while (history.length > 1 && now - history[0][0] > RATE_MS) history.shift();
    const [first] = history;
    return first && now - first[0] > 400 ? Math.max(0, ((sums.gone - first[1]) / (now - first[0])) * 1000) : 0;
  }

  const percent = (fraction) => `${Math.floor(Math.min(1, fraction) * 100)} %`;
  function bytes(number) {
    if (number >= 999.5e6) return `${(number / 1e9).toFixed(2)} GB`;
    if (number >= 999.5e3) return `${(number / 1e6).toFixed(number < 9.95e6 ? 1 : 0)} MB`;
    return number >= 1000 ? `${Math.round(number / 1e3)} kB` : `${number} bytes`;
  }
  function duration(seconds) {
    if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
    if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
    return `${(seconds / 3600).toFixed(1)} h`;
  }

  function goingText(sums) {
    if (sums.sending) return `Uploading ${tm.count(sums.sending, "file")}`;
    return `Reading ${tm.count(sums.reading, "file")}`;
  }

  function endText(sums) {
    const parts = [];
    if (sums.added) parts.push(`${sums.added.toLocaleString("en")} added`);
    if (sums.here) parts.push(`${sums.here.toLocaleString("en")} already here`);
    if (sums.asking) parts.push(`${sums.asking.toLocaleString("en")} to decide`);
    if (sums.trouble) parts.push(`${sums.trouble.toLocaleString("en")} not added`);
    return parts.join(" · ");
  }

  /* ---- the indicator beside the files ---------------------------------------------------------------------- */
  function drawIndicator(sums) {
    const indicator = tm.byId("upload-indicator-button");
    if (!indicator) return void setTimeout(upload.changed, 300); // the page is not there yet
    let text = "";
    let kind = "calm";
    if (sums.going) {
      text = upload.connection.lost ? "Upload waits for the connection" : `${goingText(sums)} · ${percent(sums.fraction)}`;
    } else if (sums.asking) {
      text = `${tm.count(sums.asking, "file asks", "files ask")} what to do`;
      kind = "ask";
    } else if (sums.trouble && !forget) {
      text = endText(sums);
      kind = "bad";
    } else if (upload.found.length) {
      text = `${tm.count(upload.found.length, "CSV file")} found in the data folder`;
    }
    if (indicator.textContent !== text) indicator.textContent = text;
    indicator.hidden = !text;
    indicator.dataset.kind = kind;
    indicator.style.setProperty("--done", sums.going ? percent(sums.fraction).replace(" ", "") : "0%");
  }
  tm.actions.uploadOpen = () => tm.set("upload-dialog", { is_open: true });

  /* ---- the dialog -------------------------------------------------------------------------------------------- */
  function attach() {
    const place = tm.byId("upload-list");
    if (!place) return false;
    forget = true;
    if (list.parentNode !== place) place.append(list);
    tm.byId("upload-where")?.append(upload.where);
    return true;
  }

  /* Content that is drawn as a whole, only when it says something new: buttons in it keep the focus. */
  function fill(id, signature, make) {
    const place = tm.byId(id);
    if (!place || place.dataset.shown === signature) return;
    place.dataset.shown = signature;
    place.replaceChildren(...(signature ? make() : []));
  }

  const action = (text, run, className = "btn btn-sm btn-outline-primary") => {
    const button = tm.element("button", { type: "button", className }, text);
    button.onclick = run;
    return button;
  };
  const sign = (name) => tm.element("i", { className: `bi bi-${name}`, "aria-hidden": "true" });

  function drawNotice() {
    const { lost, retryAt, back } = upload.connection;
    const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    const returned = !lost && Date.now() - back < BACK_MS;
    fill("upload-notice", lost ? "lost" : returned ? "back" : "", () => [
      sign(lost ? "wifi-off" : "wifi"),
      tm.element("span", {}, lost ? "" : "Connected again. The uploads go on where they stopped."),
      ...(lost ? [action("Try now", upload.retryNow)] : []),
    ]);
    const place = tm.byId("upload-notice");
    if (!lost) return;
    place.querySelector("span").textContent =
      "The server does not answer. The uploads wait and go on by themselves" +
      (seconds ? `; next try in ${seconds} s.` : "; trying now.");
  }

  function drawFound() {
    const { found } = upload;
    fill("upload-found", found.length ? `${found.length} ${found[0].path}` : "", () => [
      sign("folder-check"),
      tm.element(
        "span",
        { title: found.slice(0, 20).map((file) => file.path).join("\n") },
        `${tm.count(found.length, "CSV file lies", "CSV files lie")} in the data folder: `,
        tm.element("b", {}, found.slice(0, 2).map((file) => file.path).join(", ") + (found.length > 2 ? " …" : "")),
      ),
      action(found.length === 1 ? "Add it" : "Add them", upload.addFound),
    ]);
  }

  function drawOverall(sums) {
    const place = tm.byId("upload-overall");
    const kind = sums.going ? "going" : sums.files || sums.trouble ? "ended" : "";
    fill("upload-overall", kind, () => {
      const bar = tm.element("div", { className: "progress-bar" });
      const outer = tm.element("div", { className: "progress", role: "progressbar" }, bar);
      outer.setAttribute("aria-label", "All files");
      return [...(kind === "going" ? [outer] : []), tm.element("div", { className: "tm-upload-sum" })];
    });
    if (!kind) return;
    place.lastElementChild.textContent = kind === "going" ? progressText(sums) : `Done: ${endText(sums) || "nothing added"}`;
    if (kind !== "going") return;
    place.firstElementChild.setAttribute("aria-valuenow", Math.floor(sums.fraction * 100));
    place.firstElementChild.firstElementChild.style.width = `${sums.fraction * 100}%`;
  }

  function progressText(sums) {
    const parts = [goingText(sums)];
    if (sums.sending) {
      parts.push(`${bytes(sums.gone)} of ${bytes(sums.total)}`);
      if (sums.rate && !upload.connection.lost) {
        parts.push(`${bytes(Math.round(sums.rate))}/s`, `${duration((sums.total - sums.gone) / sums.rate)} left`);
      }
    }
    const end = endText(sums);
    return end ? `${parts.join(" · ")} — ${end}` : parts.join(" · ");
  }

  const QUESTIONS = {
    "same name": [
      (count) => `${tm.count(count, "file has", "files have")} a name that is taken here by other bytes.`,
      [["Keep all", "keep"], ["Replace all", "replace"], ["Skip all", "skip"]],
      [["Keep both", "keep"], ["Replace", "replace"], ["Skip", "skip"]],
    ],
    "in the trash": [
      (count) => `${tm.count(count, "file is", "files are")} in the trash, with labels.`,
      [["Restore all", "restore"], ["Add all as new", "keep"], ["Skip all", "skip"]],
      [["Restore", "restore"], ["Add as new", "keep"], ["Skip", "skip"]],
    ],
  };
  function drawQuestions(all) {
    const counts = Object.keys(QUESTIONS).map((state) => all.filter((item) => item.state === state).length);
    const many = counts.some((count) => count > 1);
    fill("upload-questions", many ? counts.join() : "", () =>
      Object.entries(QUESTIONS).flatMap(([state, [words, answers]], place) => {
        if (counts[place] < 2) return [];
        const buttons = answers.map(([text, decision]) => action(text, () => upload.decideAll(state, decision)));
        return [tm.element("div", { className: "tm-upload-question" }, sign("question-circle"), tm.element("span", {}, words(counts[place])), ...buttons)];
      }),
    );
  }

  function drawFilters(all) {
    const counts = GROUPS.map(([, , belongs]) => all.filter(belongs).length);
    if (filter !== "all" && !counts[GROUPS.findIndex(([name]) => name === filter)]) choose("all");
    const shown = GROUPS.map((group, index) => [...group, counts[index]]).filter((group) => group[3]);
    fill("upload-filters", shown.length > 2 ? JSON.stringify([filter, ...counts]) : "", () =>
      shown.map(([name, text, , count]) => {
        const button = action("", () => choose(name), "btn btn-sm tm-upload-filter");
        button.append(`${text} `, tm.element("span", {}, count.toLocaleString("en")));
        button.dataset.group = name;
        button.setAttribute("aria-pressed", String(name === filter));
        return button;
      }),
    );
  }

  function choose(name) {
    filter = name;
    rows.clear(); // so that rows of this group are made even where the list is at its longest
    list.replaceChildren();
    for (const item of upload.items.values()) dirty.add(item);
    upload.changed();
    setTimeout(() => document.querySelector(`.tm-upload-filter[data-group="${name}"]`)?.focus(), FRAME_MS + 20);
  }

  function drawSkipped() {
    const { skipped } = upload;
    fill("upload-skipped", skipped.length ? String(skipped.length) : "", () => {
      const names = skipped.slice(0, MOST_SKIPPED).map(({ path, reason }) =>
        tm.element("li", {}, tm.element("span", {}, path), ` ${reason}`),
      );
      const more = skipped.length - names.length;
      if (more > 0) names.push(tm.element("li", {}, `and ${more.toLocaleString("en")} more`));
      const summary = tm.element("summary", {}, `${tm.count(skipped.length, "file")} skipped`);
      return [tm.element("details", {}, summary, tm.element("ul", {}, ...names))];
    });
  }

  let said = ["", 0];
  function say(sums) {
    const now = Date.now();
    const text = sums.going ? `${goingText(sums)}, ${percent(sums.fraction)}` : endText(sums) && `Done: ${endText(sums)}`;
    if (text === said[0] || (sums.going && now - said[1] < SAY_MS)) return;
    said = [text, now];
    const live = tm.byId("upload-live");
    if (live) live.textContent = text;
  }

  /* ---- rows ------------------------------------------------------------------------------------------------- */
  function drawRows(all) {
    for (const [key, row] of rows) if (!upload.items.has(key)) (row.node.remove(), rows.delete(key));
    const belongs = GROUPS.find(([name]) => name === filter)[2];
    for (const item of dirty) if (upload.items.has(item.key)) drawRow(item, belongs(item));
    dirty.clear();
    list.hidden = !all.length;
    tm.byId("upload-drop")?.classList.toggle("tm-compact", all.length > 0);
    if (newest !== upload.batch) {
      newest = upload.batch;
      list.closest(".modal-body")?.scrollTo({ top: 0 });
    }
    const more = rows.size < MOST_ROWS ? 0 : all.filter((item) => belongs(item) && !rows.has(item.key)).length;
    list.dataset.more = more ? `and ${more.toLocaleString("en")} more` : "";
  }

  function drawRow(item, visible) {
    let row = rows.get(item.key);
    if (!row) {
      if (!visible || rows.size >= MOST_ROWS) return;
      row = makeRow(item);
      rows.set(item.key, row);
    }
    if (row.batch !== item.batch) list.insertBefore(row.node, endOf(item.batch));
    row.batch = item.batch;
    row.node.hidden = !visible;
    const text = words(item);
    if (row.state.textContent !== text) row.state.textContent = text;
    const fraction = item.state === "uploading" ? item.gone / (item.size || 1) : item.state === "reading" ? item.reading : 0;
    row.node.style.setProperty("--done", `${fraction * 100}%`);
    if (row.kind === item.state) return;
    row.kind = row.node.dataset.state = item.state;
    row.icon.className = `bi bi-${ICONS[item.state] || "hourglass"}`;
    const focused = row.buttons.contains(document.activeElement);
    row.buttons.replaceChildren(...buttons(item));
    if (focused) (row.buttons.firstElementChild || list.parentNode).focus();
  }

  /* The files chosen last stand on top; within one choice they keep their order. */
  const ends = new Map();
  function endOf(batch) {
    if (!ends.has(batch)) ends.set(batch, document.createComment(""));
    const end = ends.get(batch);
    if (end.parentNode !== list) {
      const older = [...ends].filter(([other, node]) => other < batch && node.parentNode === list);
      const newest = older.length ? older.reduce((best, one) => (one[0] > best[0] ? one : best)) : null;
      list.insertBefore(end, newest ? firstOf(newest[0]) : null);
    }
    return end;
  }
  function firstOf(batch) {
    let node = ends.get(batch);
    while (node.previousSibling && node.previousSibling.nodeType !== Node.COMMENT_NODE) node = node.previousSibling;
    return node;
  }

  function makeRow(item) {
    const icon = sign("hourglass");
    const folder = item.name.includes("/") ? item.name.slice(0, item.name.lastIndexOf("/") + 1) : "";
    const name = tm.element("span", { className: "tm-upload-name", title: item.name });
    name.append(tm.element("small", {}, folder), item.name.slice(folder.length));
    const size = tm.element("span", { className: "tm-upload-size" }, bytes(item.size));
    const state = tm.element("span", { className: "tm-upload-state" });
    const actions = tm.element("span", { className: "tm-upload-actions" });
    const node = tm.element("li", { className: "tm-upload-row" }, icon, name, size, state, actions);
    return { node, icon, state, buttons: actions, kind: "" };
  }

  const ICONS = {
    uploading: "arrow-up-circle",
    checking: "hourglass-split",
    reading: "arrow-repeat",
    added: "check-circle-fill",
    "already here": "check-circle",
    "same name": "question-circle-fill",
    "in the trash": "question-circle-fill",
    refused: "x-octagon",
    failed: "exclamation-triangle",
    cancelled: "slash-circle",
    skipped: "dash-circle",
  };

  function words(item) {
    const { state } = item;
    if (state === "new" || state === "waiting") return item.resumed ? `waiting, goes on at ${percent(item.gone / item.size)}` : "waiting";
    if (state === "uploading" && upload.connection.lost) return `waits for the connection at ${percent(item.gone / (item.size || 1))}`;
    if (state === "uploading") return `uploading ${percent(item.gone / (item.size || 1))}`;
    if (state === "reading") return `reading ${percent(item.reading)}`;
    if (state === "added" && item.reason) return item.here && item.here !== item.path ? `${item.reason}, as ${item.here}` : item.reason;
    if (state === "added") return item.here && item.here !== item.path ? `added as ${item.here}` : "added";
    if (state === "already here") {
      return item.here === item.path ? "already here, same bytes" : `already here, same bytes as ${item.here}`;
    }
    if (upload.asking(item) && item.reason) return item.reason;
    if (state === "same name") {
      const other = item.here && item.here !== item.path ? `${item.here}, with other bytes, is here` : "";
      return other || "a file of this name with other bytes is here";
    }
    if (state === "skipped") return "skipped; the file that is here stays as it is";
    const name = `“${item.path}”: `; // the row says it already
    const reason = item.reason && item.reason.startsWith(name) ? item.reason.slice(name.length) : item.reason;
    return reason ? `${state}: ${reason}` : state;
  }

  function buttons(item) {
    const name = (text) => `${text}: ${item.name}`;
    const labelled = (text, run, className) => {
      const button = action(text, run, className);
      button.setAttribute("aria-label", name(text));
      return button;
    };
    if (!upload.ended(item)) {
      const cancel = labelled("Cancel", () => upload.cancel(item), "btn-close tm-upload-cancel");
      cancel.textContent = "";
      cancel.title = "Cancel";
      return [cancel];
    }
    if (QUESTIONS[item.state]) {
      return QUESTIONS[item.state][2].map(([text, decision]) => labelled(text, () => upload.decide(item, decision)));
    }
    if (item.state === "failed") return [labelled("Try again", () => upload.retry(item))];
    if (item.state === "cancelled" && item.file) return [labelled("Upload again", () => upload.retry(Object.assign(item, { sent: false })))];
    return [];
  }

  /* ---- dropping: on the dialog, or anywhere on the page ------------------------------------------------------- */
  const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  let depth = 0;
  const hover = (over) =>
    ["upload-drop", "import-drop"].forEach((id) => tm.byId(id)?.classList.toggle("tm-over", over));
  window.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    if (depth === 1 && !tm.labelsIn.open()) tm.actions.uploadOpen();
    hover(true);
  });
  window.addEventListener("dragleave", (event) => {
    if (hasFiles(event) && (depth = Math.max(0, depth - 1)) === 0) hover(false);
  });
  window.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // else the browser leaves the page to show the file
    event.dataTransfer.dropEffect = "copy";
    hover(true);
  });
  window.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    hover(false);
    const taker = tm.labelsIn.open() ? tm.labelsIn : upload;
    if (taker === upload) tm.actions.uploadOpen();
    taker.add(await upload.fromDrop(event.dataTransfer));
  });

  /* The dialog's content appears when it opens: fill it at once. */
  tm.whenShown("#upload-list", () => {
    for (const item of upload.items.values()) dirty.add(item);
    draw();
  });
})();
