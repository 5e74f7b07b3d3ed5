/* Upload, part 1: which files were chosen or dropped, what they are called, and the key of each. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const upload = (tm.upload = {});

  const SUFFIX = /\.(csv|tsv|txt)$/i;
  const STORED_KEYS = "tidemark-upload-keys";
  const MOST_STORED = 500;

  upload.LABELS = "labels of a recording, not a recording";
  /* The same rules, in the same words, as services/storage/paths.py: skip_reason. */
  upload.skipReason = (path) => {
    const parts = path.split("/");
    const name = parts.at(-1);
    if (parts.some((part) => /^(\.|~\$)/.test(part) || part === "__MACOSX")) return "hidden file";
    if (/\.labels\.csv$/i.test(name)) return upload.LABELS;
    if (!SUFFIX.test(name)) return "not a .csv, .tsv or .txt file";
    return "";
  };

  upload.fromInput = (files) =>
    [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

  /* Folders are walked. The entries must be taken before the first await: the list is emptied after the event. */
  upload.fromDrop = async (transfer) => {
    const entries = [...transfer.items]
      .filter((item) => item.kind === "file")
      .map((item) => (item.webkitGetAsEntry ? item.webkitGetAsEntry() : null) || item.getAsFile());
    const found = [];
    for (const entry of entries) {
      if (entry instanceof File) found.push({ file: entry, path: entry.name });
      else if (entry) await walk(entry, found);
    }
    return found;
  };

  async function walk(entry, found) {
    const path = entry.fullPath.replace(/^\//, "");
    if (entry.isFile) {
      try {
        found.push({ file: await new Promise((done, failed) => entry.file(done, failed)), path });
      } catch (error) {
        found.push({ path, unreadable: `cannot be read (${error.name})` });
      }
      return;
    }
    const reader = entry.createReader();
    try {
      for (;;) {
        const some = await new Promise((done, failed) => reader.readEntries(done, failed)); // 100 at a time
        if (!some.length) return;
        for (const child of some) await walk(child, found);
      }
    } catch (error) {
      found.push({ path, unreadable: `folder cannot be read (${error.name})` });
    }
  }

  /* The same file, chosen again, has the same key: so an upload goes on where it stopped.
     crypto.subtle exists only on https and localhost; elsewhere the key is random and kept in this browser. */
  upload.keyOf = async (path, file) => {
    const fingerprint = JSON.stringify([path, file.name, file.size, file.lastModified]);
    if (window.crypto.subtle) {
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(fingerprint));
      return hex(new Uint8Array(digest));
    }
    return storedKey(fingerprint);
  };

  const memory = new Map();
  function storedKey(fingerprint) {
    if (!memory.size) for (const [name, key] of readKeys()) memory.set(name, key);
    if (!memory.has(fingerprint)) {
      memory.set(fingerprint, hex(crypto.getRandomValues(new Uint8Array(32))));
      try {
        localStorage.setItem(STORED_KEYS, JSON.stringify([...memory].slice(-MOST_STORED)));
      } catch {
        /* private window or full: the key lasts as long as the page */
      }
    }
    return memory.get(fingerprint);
  }

  function readKeys() {
    try {
      return JSON.parse(localStorage.getItem(STORED_KEYS)) || [];
    } catch {
      return [];
    }
  }

  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  /* File inputs that live beside the page: the dialog's own content goes away when it closes. */
  upload.input = (id, directory, take) => {
    const made = tm.element("input", { type: "file", id, multiple: true, hidden: true, tabIndex: -1 });
    made.setAttribute("aria-hidden", "true");
    if (directory) made.webkitdirectory = true;
    else made.accept = ".csv,.tsv,.txt";
    made.onchange = () => {
      take(upload.fromInput(made.files));
      made.value = "";
    };
    document.body.append(made);
    return made;
  };
  document.addEventListener("DOMContentLoaded", () => {
    const directory = upload.input("upload-directory-input", true, upload.add);
    const files = upload.input("upload-files-input", false, upload.add);
    tm.actions.uploadDirectory = () => directory.click();
    tm.actions.uploadFiles = () => files.click();
  });
})();
