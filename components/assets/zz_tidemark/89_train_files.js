/* Which files are learnt from: all that have labels and the same channels, those of a folder, or some. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const SHOWN = 300; // files in a list at a time

  const folderOf = (path) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const groupOf = ({ channels }) => JSON.stringify([...channels].sort());
  const labels = (files) => files.reduce((sum, { marked }) => sum + Object.values(marked).reduce((one, other) => one + other, 0), 0);
  const grouped = (files, key) => {
    const found = new Map();
    for (const file of files) found.set(key(file), [...(found.get(key(file)) || []), file]);
    return found;
  };
  /** Such as "3 files, 41 labels". */
  const counted = (files) => `${tm.count(files.length, "file")}, ${tm.count(labels(files), "label")}`;

  /** Segments by the name of the class in some files. */
  tm.train.marked = (files) => {
    const found = new Map();
    for (const { marked } of files) for (const [name, count] of Object.entries(marked)) found.set(name, (found.get(name) || 0) + count);
    return found;
  };
  /** Names of the channels that all of some files have, in the order of the first. */
  tm.train.common = (files) => (files.length ? files[0].channels.filter((name) => files.every(({ channels }) => channels.includes(name))) : []);

  /** A list of files to tick; `chosen` is a set of ids, `then` is called when it has changed. */
  tm.train.tickFiles = (files, chosen, then, name) => {
    const search = tm.element("input", { type: "search", className: "form-control form-control-sm", placeholder: "Filter files", "aria-label": `Filter files: ${name}`, hidden: files.length < 8 });
    const list = tm.element("div", { className: "tm-train-files", role: "group", "aria-label": name });
    const row = (file) => {
      const box = tm.element("input", { type: "checkbox", className: "form-check-input", checked: chosen.has(file.id) });
      box.onchange = () => (chosen[box.checked ? "add" : "delete"](file.id), then());
      return tm.element("label", { className: "tm-train-file" }, box, tm.element("span", {}, file.path), tm.element("span", { className: "tm-count" }, tm.count(labels([file]), "label")));
    };
    const fill = () => {
      const text = search.value.trim().toLowerCase();
      const found = files.filter(({ path }) => path.toLowerCase().includes(text));
      const more = found.length > SHOWN ? [tm.element("p", { className: "tm-none" }, `and ${tm.count(found.length - SHOWN, "more file")}: filter to see them`)] : [];
      list.replaceChildren(...found.slice(0, SHOWN).map(row), ...more);
    };
    search.oninput = fill;
    fill();
    return tm.element("div", {}, search, list);
  };

  /** Radio buttons, each with what belongs to it: choices [value, words, node or null]. */
  tm.train.radios = (name, choices, chosen, then) => {
    const rows = choices.map(([value, words, more]) => {
      const radio = tm.element("input", { type: "radio", className: "form-check-input", name, value, checked: value === chosen });
      const inner = tm.element("div", { className: "tm-train-more", hidden: value !== chosen }, ...(more ? [more] : []));
      radio.onchange = () => {
        for (const row of rows) row.lastChild.hidden = row.lastChild !== inner;
        then(value);
      };
      return tm.element("div", { className: "tm-train-radio" }, tm.element("label", { className: "tm-dialog-check" }, radio, tm.element("span", {}, words)), inner);
    });
    return tm.element("div", { role: "radiogroup" }, ...rows);
  };

  /** The control. `files()` are those that are chosen, `wanted()` what a training is told of them. */
  tm.train.scope = (known, then) => {
    const groups = [...grouped(known, groupOf)].sort(([, one], [, other]) => labels(other) - labels(one));
    const folders = [...grouped(known, ({ path }) => folderOf(path))].sort(([, one], [, other]) => labels(other) - labels(one));
    const alike = tm.choice(groups.map(([key, files], place) => [place, `${files[0].channels.join(", ")} – ${counted(files)}`]), 0, { "aria-label": "Files with these channels" });
    const folder = tm.choice(folders.map(([name, files], place) => [place, `${name || "top folder"} – ${counted(files)}`]), 0, { "aria-label": "Folder" });
    const ticked = new Set(groups[0][1].length < 30 ? groups[0][1].map(({ id }) => id) : []);
    let how = "all";
    alike.onchange = folder.onchange = then;
    const files = () => (how === "all" ? groups[alike.value][1] : how === "folder" ? folders[folder.value][1] : known.filter(({ id }) => ticked.has(id)));
    const all = `All files with labels${groups.length > 1 ? " and the channels" : ` (${counted(known)})`}`;
    const node = tm.train.radios(
      "train-scope",
      [
        ["all", all, groups.length > 1 ? alike : null],
        ["folder", "The files of a folder", folder],
        ["some", "These files", tm.train.tickFiles(known, ticked, then, "Files to learn from")],
      ],
      how,
      (value) => {
        how = value;
        then();
      },
    );
    const wanted = () => ({ recordings: files().map(({ id }) => id), everywhere: how === "all", folder: how === "folder" ? folders[folder.value][0] : null });
    return { node, files, wanted };
  };
})();
