/* The list of files as this browser knows it: asked for once, then only what changed. Whoever shows files listens to
   "files": {full, changed: [id], gone: [id]}. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const PAUSE = 250; // many answers in a row ask once

  const files = (tm.files = { byId: new Map(), version: "", loaded: false });

  /** Ask the server; resolves to its answer, or to null after saying why not. */
  files.ask = async (action, body) => {
    try {
      const response = await fetch(`/files/${action}`, body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const answer = await response.json();
      if (response.ok) return answer;
      tm.toast(answer.error, "warning");
    } catch {
      tm.toast("The server does not answer. Nothing was changed; try again when it is back.", "error");
    }
    return null;
  };

  const take = ({ version, full, changed, gone }) => {
    if (full) files.byId.clear();
    changed.forEach((file) => files.byId.set(file.id, file));
    gone.forEach((id) => files.byId.delete(id));
    files.version = version;
    files.loaded = true;
    tm.emit("files", { full, changed: changed.map(({ id }) => id), gone });
  };
  let asking = null;
  let again = false;
  const refresh = async () => {
    if (asking) return void (again = true);
    asking = fetch(`/files/changes?since=${encodeURIComponent(files.version)}`);
    try {
      const response = await asking;
      if (response.ok) take(await response.json());
    } catch {
      /* the banner of the page says it; the next answer asks again */
    }
    asking = null;
    if (again) (again = false), refresh();
  };
  /** Learn what changed, soon. */
  tm.refreshFiles = () => refresh();

  let timer = 0;
  tm.on("answered", (answer) => {
    if (answer.files === files.version || timer) return;
    timer = setTimeout(() => ((timer = 0), refresh()), PAUSE);
  });
  /* The open file follows its labels at once. */
  tm.on("state", ({ recording, state }) => {
    const file = files.byId.get(recording);
    if (!file || state === undefined) return;
    const { accepted: labels, suggested } = tm.labels.tally();
    if (file.state === state && file.labels === labels && file.suggested === suggested) return;
    files.byId.set(recording, { ...file, state, labels, suggested });
    tm.emit("files", { full: false, changed: [recording], gone: [] });
  });

  /* Another tab may have renamed or deleted the file that is open here. */
  tm.on("files", ({ changed, gone }) => {
    const open = tm.view && tm.view.recording;
    if (!open) return;
    if (gone.includes(open.id)) return location.reload(); // its page says that it was deleted
    const file = changed.includes(open.id) && files.byId.get(open.id);
    if (!file || file.path === open.path) return;
    open.path = file.path;
    const cut = file.path.lastIndexOf("/") + 1;
    const [folder, name] = [document.querySelector(".tm-head .tm-folder"), document.querySelector(".tm-head .tm-name")];
    if (folder) folder.textContent = file.path.slice(0, cut);
    if (name) name.textContent = file.path.slice(cut);
  });

  files.href = (id) => `/label/${id}`;
  refresh();
})();
