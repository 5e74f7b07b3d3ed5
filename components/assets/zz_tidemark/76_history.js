/* The history of the open file: what was done, newest first, loaded as one scrolls. Pointing at an edit shows it on the
   plot, Enter or a click goes there. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const PAGE = 100;
  const MOST = 500; // rows that are asked for anew at once when something changed
  const WAIT = 90; // ms a pointer rests on an edit before it is asked what it changed
  const STATES = {
    undone: ["undone", "Undone; redo makes it again"],
    dropped: ["dropped", "Undone, then something else was done: it can no longer be redone"],
    settled: ["", ""],
  };
  let known = { entries: [], more: false, oldest: 0, revision: 0, saved_revision: null };
  let loading = false;
  let stale = true;
  let asked = 0;
  let wanted = false; // the list is to have the focus when it is there
  const changes = new Map(); // revision -> promise of {before, after, hidden}

  const list = () => tm.byId("history-list");
  const visible = () => tm.pane.shown === "history" && list();

  /* ---- asking ------------------------------------------------------------------------------------ */
  const ask = async (url) => {
    const response = await fetch(url);
    const found = await response.json();
    if (!response.ok) throw new Error(found.error);
    return found;
  };
  const load = async (query, take) => {
    const [recording, number] = [tm.labels.recording, ++asked];
    if (recording === null) return;
    loading = true;
    try {
      const page = await ask(`/history/${recording}?${query}`);
      if (number !== asked || recording !== tm.labels.recording) return;
      loading = false;
      take(page);
      draw();
    } catch (error) {
      if (number === asked && list()) list().replaceChildren(tm.element("p", { className: "tm-none" }, error.message));
    } finally {
      if (number === asked) loading = false;
    }
  };
  const refresh = () => {
    if (!visible()) return void (stale = true);
    stale = false;
    load(`limit=${Math.max(PAGE, Math.min(MOST, known.entries.length))}`, (page) => (known = page));
  };
  const older = () => {
    if (loading || !known.more) return;
    load(`limit=${PAGE}&before=${known.entries.at(-1).revision}`, (page) => {
      known = { ...page, entries: [...known.entries, ...page.entries] };
    });
  };
  const changeOf = (revision) => {
    if (!changes.has(revision)) changes.set(revision, ask(`/history/${tm.labels.recording}/${revision}`));
    changes.get(revision).catch(() => changes.delete(revision));
    return changes.get(revision);
  };

  /* ---- drawing ----------------------------------------------------------------------------------- */
  const UNITS = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
  ];
  const ago = (at) => {
    const seconds = (Date.now() - at) / 1000;
    const [size, unit] = UNITS.find(([least]) => seconds >= least) || [];
    if (!size) return "just now";
    return seconds > 7 * 86400 ? new Date(at).toLocaleDateString() : `${Math.floor(seconds / size)} ${unit} ago`;
  };
  const when = (text) => {
    const at = new Date(text);
    const node = tm.element("time", { title: at.toLocaleString() }, ago(at));
    node.dateTime = text;
    return node;
  };
  const badge = (text, title) => tm.element("span", { className: "badge tm-edit-badge", title }, text);
  const nobody = "This server has no accounts: everybody who uses it is “you”";
  const row = (entry, first) => {
    const { revision, summary, state, author, at } = entry;
    const [word, title] = STATES[state] || [];
    const saved = known.saved_revision === revision;
    const node = tm.element(
      "div",
      { className: `tm-edit tm-edit-${state}`, role: "listitem", tabIndex: first ? 0 : -1 },
      when(at),
      tm.element("span", { className: "tm-edit-who", title: author || nobody }, author || "you"),
      tm.element("span", { className: "tm-edit-what", title: summary }, summary),
    );
    if (word) node.append(badge(word, title));
    if (saved) node.append(badge("saved", "The file in outputs/ is what the labels were then"));
    if (revision === known.revision) node.append(badge("now", "The labels are like this now"));
    else if (revision >= known.oldest) node.append(restoreButton(revision, "Restore to here", `Make the labels what they were after “${summary}”`));
    node.dataset.revision = revision;
    return node;
  };
  const restoreButton = (revision, text, title) => {
    const button = tm.element("button", { type: "button", className: "btn btn-sm btn-link tm-restore", title, tabIndex: -1 }, text);
    button.onclick = (event) => (event.stopPropagation(), tm.restore(revision));
    return button;
  };
  const draw = () => {
    const place = list();
    if (!place) return;
    const focused = place.contains(document.activeElement) ? document.activeElement.closest(".tm-edit")?.dataset.revision : null;
    const rows = known.entries.map((entry, index) => row(entry, index === 0));
    if (!rows.length) rows.push(tm.element("p", { className: "tm-none" }, "Nothing was done here yet. Each label you add or change is listed, and can be gone back to."));
    else if (known.more) rows.push(tm.element("p", { className: "tm-none" }, "Older edits come as you scroll."));
    const top = place.parentElement.scrollTop;
    place.replaceChildren(...rows);
    place.parentElement.scrollTop = top;
    if (focused) focus(rows.find(({ dataset }) => dataset.revision === focused) || rows[0]);
    else if (wanted) tm.history.focus();
  };
  const drawRefused = () => {
    const place = tm.byId("history-refused");
    if (!place) return;
    const refused = tm.refused.list();
    const count = tm.byId("pane-refused-count");
    count.textContent = refused.length ? `${refused.length} refused` : "";
    count.classList.toggle("tm-attention", refused.length > 0);
    place.replaceChildren(...refused.map(({ uuid, words, reason, at }) => {
      const button = (text, run) => {
        const node = tm.element("button", { type: "button", className: "btn btn-sm btn-link" }, text);
        node.onclick = () => run(uuid);
        return node;
      };
      const what = tm.element("span", { className: "tm-edit-what", title: reason }, tm.element("b", {}, words), ` – ${reason}`);
      return tm.element("div", { className: "tm-edit" }, when(at), badge("refused", reason), what, button("Do it again", tm.refused.again), button("Let it go", tm.refused.forget));
    }));
  };

  /* ---- pointing, going there --------------------------------------------------------------------- */
  let waiting = 0;
  let pointed = null;
  const point = (revision) => {
    if (revision === pointed) return;
    pointed = revision;
    clearTimeout(waiting);
    if (revision === null) return tm.ghosts.show(null);
    waiting = setTimeout(async () => {
      const change = await changeOf(revision).catch(() => null);
      if (pointed === revision) tm.ghosts.show(change);
    }, WAIT);
  };
  const revisionAt = (target) => {
    const found = target.closest?.("#history-list .tm-edit");
    return found ? Number(found.dataset.revision) : null;
  };
  document.addEventListener("pointerover", ({ target }) => visible() && point(revisionAt(target) ?? revisionAt(document.activeElement)));
  document.addEventListener("focusin", ({ target }) => visible() && point(revisionAt(target)));
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (revisionAt(target) !== null && (!relatedTarget || revisionAt(relatedTarget) === null)) point(null);
  });
  const goTo = async (revision) => {
    try {
      const { before, after, hidden } = await changeOf(revision);
      const rows = [...before, ...after];
      if (!rows.length) return;
      const [x0, x1] = [rows.reduce((least, one) => Math.min(least, one.x0), Infinity), rows.reduce((most, one) => Math.max(most, one.x1), -Infinity)];
      if (!tm.view.shows(x0, x1)) tm.view.center(x0, x1);
      if (hidden) tm.toast(`${tm.count(hidden, "label")} more changed than are drawn.`);
    } catch (error) {
      tm.toast(error.message, "warning");
    }
  };
  document.addEventListener("click", ({ target }) => {
    const revision = revisionAt(target);
    if (revision === null || target.closest("button")) return;
    focus(target.closest(".tm-edit"));
    goTo(revision);
  });

  /* ---- keys -------------------------------------------------------------------------------------- */
  const focus = (node) => {
    if (!node) return;
    for (const one of list().querySelectorAll(".tm-edit[tabindex='0']")) one.tabIndex = -1;
    for (const one of list().querySelectorAll(".tm-restore")) one.tabIndex = -1;
    node.tabIndex = 0;
    const button = node.querySelector(".tm-restore");
    if (button) button.tabIndex = 0; // Tab goes from the edit to its button
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  };
  const MOVES = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };
  document.addEventListener("keydown", (event) => {
    const node = event.target.closest?.("#history-list .tm-edit");
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...list().querySelectorAll(".tm-edit")];
    if (event.key in MOVES) {
      const place = Math.max(0, Math.min(rows.length - 1, rows.indexOf(node) + MOVES[event.key]));
      focus(rows[place]);
      if (place === rows.length - 1) older();
    } else if (event.key === "Enter" && event.target === node) goTo(Number(node.dataset.revision));
    else if (event.key === "Escape") tm.pane.toPlot();
    else return;
    event.preventDefault();
  });
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target.id === "history-panel" && target.scrollHeight - target.scrollTop - target.clientHeight < 300) older();
    },
    true,
  );
  tm.history = {
    /** Give the focus to the newest edit, as soon as it is there. */
    focus: () => {
      wanted = loading;
      if (!wanted) focus(list()?.querySelector(".tm-edit"));
    },
  };

  tm.on("pane", () => {
    if (!visible()) point(null);
    else if (stale) refresh();
  });
  tm.on("state", refresh);
  tm.on("recording", () => {
    known = { entries: [], more: false, oldest: 0, revision: 0, saved_revision: null };
    changes.clear();
    pointed = null;
    stale = true;
    requestAnimationFrame(() => (drawRefused(), list()?.replaceChildren()));
  });
  for (const event of ["refused", "mounted"]) tm.on(event, drawRefused);
  setInterval(() => {
    if (!visible() || document.hidden) return;
    for (const node of tm.byId("history-panel").querySelectorAll("time")) node.textContent = ago(new Date(node.dateTime));
  }, 30000);
})();
