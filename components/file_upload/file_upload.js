/* FileUpload: sends chosen or dropped files and folders to the server over tus (vendor/tus.min.js). __init__.py
   documents the properties. Python decides which files to send, under which keys and in which requests: it answers
   `chosen` with `plan`. The queue is in the browser because it must survive while the server is unreachable. */
(function () {
  "use strict";
  const { createElement: h, useEffect, useRef } = React;
  const BASE = document.currentScript.src.replace(/[^/]*$/, "");
  const { root } = document.documentElement.dataset; // path prefix of all URLs
  const PIECE = 8 * 2 ** 20;
  const LANES = 3; // parallel requests
  const SLICE = 1000; // files in one `chosen`
  const REPEAT_MS = 5000; // ms until `chosen` without an answer is sent again
  const REPORT_MS = 300;
  const STALLED_MS = 60000;
  const BACK_MS = 4000;
  const DELAYS = [1000, 2000, 4000, 8000, ...Array(9999).fill(10000)]; // ms until a request is retried
  const FAILURES = 3; // answers of 500 or 409 to one parcel
  const NATURAL = new Intl.Collator(undefined, { numeric: true });

  const tus = () => import(`${BASE}vendor/tus.min.js`).then(() => window.tus);
  const identity = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const PAGE = identity();
  const browser = ({ stored } = window) => stored("browser") || stored("browser", PAGE) || PAGE; // kept, except in a private window
  const statusOf = ({ originalResponse }) => (originalResponse ? originalResponse.getStatus() : 0);
  const away = (status) => status === 0 || status === 401 || (status >= 502 && status <= 504);
  const unreadable = ({ file }) => file.slice(0, 1).arrayBuffer().then(() => false, () => true);

  /* A parcel is the body of one request: one file, or several as [[key, size], …] in JSON and then their bytes. */
  class Queue {
    constructor(report) {
      Object.assign(this, { report, places: 0, choices: [], items: new Map(), waiting: new Set(), lanes: new Set() });
      Object.assign(this, { failed: [], gone: 0, total: 0, lost: false });
      setInterval(() => this.watch(), 1000);
    }
    get busy() {
      return this.waiting.size + this.lanes.size > 0;
    }
    watch() {
      const [choice] = this.choices;
      if (choice && Date.now() - choice.turn >= REPEAT_MS) this.announce();
      for (const parcel of this.lanes) if (Date.now() - parcel.at > STALLED_MS) this.restart(parcel);
    }

    /* -- announcing chosen files, in slices */
    add(files) {
      const batch = Date.now();
      files.sort((a, b) => NATURAL.compare(a.path, b.path));
      files.forEach((file) => (file.place = this.places++));
      const idle = !this.choices.length;
      for (let at = 0; at < files.length; at += SLICE) this.choices.push({ id: identity(), batch, found: files.slice(at, at + SLICE) });
      if (idle && files.length) this.announce();
    }
    announce() {
      const { id, batch, found } = this.choices[0];
      const files = found.map(({ place, path, file, problem }) => [place, path, file?.size || 0, file?.lastModified || 0, problem || ""]);
      this.report({ chosen: { id, batch, files, turn: (this.choices[0].turn = Date.now()) } });
    }
    planned({ id, go }) {
      if (this.choices[0]?.id !== id) return;
      const files = new Map(this.choices.shift().found.map(({ place, file }) => [place, file]));
      if (!this.busy) Object.assign(this, { gone: 0, total: 0 });
      for (const parcel of go) this.wait(parcel.map(([place, key, offset]) => ({ key, offset, file: files.get(place) })));
      if (this.choices.length) this.announce();
      this.work();
    }
    wait(items) {
      items.forEach((item) => this.items.set(item.key, item));
      const bytes = items.reduce((sum, { file }) => sum + file.size, 0);
      this.waiting.add({ items, bytes, gone: items[0].offset });
      this.total += bytes;
    }

    /* -- sending */
    work() {
      for (const parcel of this.waiting) if (this.lanes.size < LANES) this.send(parcel);
      this.tell();
    }
    async send(parcel) {
      this.waiting.delete(parcel);
      this.lanes.add(Object.assign(parcel, { at: Date.now(), failures: 0 }));
      const { Upload } = await tus();
      if (!this.lanes.has(parcel)) return; // cancelled meanwhile
      const [{ key, file, offset }, ...more] = parcel.items;
      const head = new Blob([JSON.stringify(parcel.items.map((item) => [item.key, item.file.size]))]);
      parcel.upload = new Upload(more.length ? new Blob([head, ...parcel.items.map((item) => item.file)]) : file, {
        endpoint: `${root}/upload`,
        uploadUrl: offset ? `${root}/upload/${key}` : null,
        metadata: more.length ? { pack: String(head.size) } : { key },
        headers: { "X-Tidemark-Upload": "1" },
        chunkSize: PIECE,
        uploadDataDuringCreation: true,
        storeFingerprintForResuming: false, // the server knows which uploads have begun
        retryDelays: DELAYS,
        onShouldRetry: (error) => this.goesOn(parcel, statusOf(error)),
        onProgress: (sent, total) => (Object.assign(parcel, { at: Date.now(), gone: Math.round((parcel.bytes * sent) / total) }), this.tell()),
        onAfterResponse: (_request, response) => away(response.getStatus()) || this.connection(false),
        onSuccess: () => ((this.gone += parcel.bytes), this.end(parcel)),
        onError: (error) => this.fail(parcel, parcel.items, statusOf(error), error.originalResponse?.getBody()),
      });
      parcel.upload.start();
    }
    end(parcel) {
      this.lanes.delete(parcel);
      this.work();
    }
    /* Some files of a parcel cannot be sent; send the others again. */
    fail(parcel, items, status = 0, body = "") {
      for (const { key } of items) this.failed.push([key, status, body]);
      this.total -= parcel.bytes;
      const rest = parcel.items.filter((item) => !items.includes(item));
      if (rest.length) this.wait(rest);
      this.end(parcel);
    }

    /* -- lost connection: the queue waits and resumes by itself, unless a file itself no longer exists */
    goesOn(parcel, status) {
      parcel.at = Date.now();
      if (!away(status)) return (status === 409 || (status >= 500 && status !== 507)) && ++parcel.failures <= FAILURES;
      this.connection(true);
      Promise.all(parcel.items.map(unreadable)).then((changed) => {
        if (!changed.includes(true) || !this.lanes.has(parcel)) return;
        parcel.upload.abort();
        this.fail(parcel, parcel.items.filter((_item, place) => changed[place]));
      });
      return true;
    }
    restart(parcel) {
      parcel.at = Date.now();
      parcel.upload?.abort();
      parcel.upload?.start();
    }
    again = () => this.lost && this.lanes.forEach((parcel) => this.restart(parcel));
    connection(lost) {
      if (!lost && !this.lost) return;
      this.lost = lost;
      this.report({ connection: lost ? "lost" : "back" });
      if (!lost) setTimeout(() => this.lost || this.report({ connection: "" }), BACK_MS);
    }

    /* -- decisions of the user */
    cancel(keys) {
      for (const parcel of [...this.waiting, ...this.lanes]) {
        if (!parcel.items.every(({ key }) => keys.includes(key))) continue; // the server ignores the other files of a parcel
        parcel.upload?.abort();
        this.total -= parcel.bytes;
        this.waiting.delete(parcel);
        this.end(parcel);
      }
    }
    retry(keys) {
      this.failed = this.failed.filter(([key]) => !keys.includes(key));
      for (const key of keys) {
        const item = this.items.get(key);
        if (item) this.wait([{ ...item, offset: 1 }]); // the server sends the offset
        else this.failed.push([key, 0, ""]); // chosen before the page was reloaded
      }
      this.work();
    }
    tell() {
      this.timer ||= setTimeout(() => {
        this.timer = 0;
        const lanes = [...this.lanes];
        const current = Object.fromEntries(lanes.filter(({ items }) => items.length === 1).map(({ items: [{ key }], gone: sent }) => [key, sent]));
        const sent = lanes.reduce((sum, parcel) => sum + parcel.gone, this.gone);
        this.report({ summary: { busy: this.busy, gone: sent, total: this.total, current, failed: this.failed } });
        if (this.busy && !this.lost) this.tell();
      }, REPORT_MS);
    }
  }

  /* ---- dropped folders: entries must be read before the first await -------------- */
  const dropped = async (transfer) => {
    const entries = [...transfer.items].filter(({ kind }) => kind === "file").map((item) => item.webkitGetAsEntry?.() || item.getAsFile());
    const files = [];
    for (const entry of entries) entry instanceof File ? files.push({ file: entry, path: entry.name }) : entry && (await walk(entry, files));
    return files;
  };
  const walk = async (entry, files) => {
    const path = entry.fullPath.replace(/^\//, "");
    try {
      if (entry.isFile) return void files.push({ path, file: await new Promise((done, failed) => entry.file(done, failed)) });
      const reader = entry.createReader();
      for (let some; (some = await new Promise((done, failed) => reader.readEntries(done, failed))).length; )
        for (const child of some) await walk(child, files);
    } catch (error) {
      files.push({ path, problem: `${entry.isFile ? "" : "folder "}cannot be read (${error.name})` });
    }
  };

  /* ---- dropping: on the visible zone, or anywhere on the page ---------- */
  const mounted = new Map(); // by name: {queue, report, everywhere}
  const zone = (name) => document.getElementById(`${name}-drop`);
  const taker = () => [...mounted.keys()].find(zone) || [...mounted.keys()].find((name) => mounted.get(name).everywhere);
  let over = false;
  const hover = (now) => {
    const name = taker();
    if (now && !over && name && !zone(name)) mounted.get(name).report({ dropping: Date.now() });
    over = now;
    for (const id of mounted.keys()) zone(id)?.classList.toggle("tm-over", now);
  };
  const handlers = {
    dragleave: ({ relatedTarget }) => relatedTarget || hover(false),
    dragover(event) {
      if (!taker()) return;
      event.preventDefault(); // otherwise the browser would leave the page and open the file
      event.dataTransfer.dropEffect = "copy";
      hover(true);
    },
    async drop(event) {
      const name = taker();
      if (!name) return;
      event.preventDefault();
      hover(true);
      hover(false);
      mounted.get(name).queue.add(await dropped(event.dataTransfer));
    },
  };
  for (const [name, handle] of Object.entries(handlers)) window.addEventListener(name, (event) => event.dataTransfer?.types.includes("Files") && handle(event));
  const again = () => mounted.forEach(({ queue }) => queue.again());
  document.addEventListener("click", ({ target }) => {
    const chooser = target.closest?.("[data-chooses]");
    if (chooser) document.getElementById(chooser.dataset.chooses)?.click();
    if (target.closest?.("[data-upload-now]")) again();
  });
  window.addEventListener("online", again);
  window.addEventListener("beforeunload", (event) => [...mounted.values()].some(({ queue }) => queue.busy) && event.preventDefault());

  /* ---- the component ---- */
  function FileUpload(props) {
    const { id, name, accept, multiple, plan, command } = props;
    const latest = useRef();
    latest.current = props;
    const self = useRef();
    self.current ||= { everywhere: props.page_wide, report: (values) => mounted.has(name) && latest.current.setProps(values) };
    self.current.queue ||= new Queue(self.current.report);
    useEffect(() => {
      mounted.set(name, self.current);
      self.current.report({ sender: { browser: browser(), page: PAGE } });
      return () => void mounted.delete(name);
    }, []);
    useEffect(() => plan && self.current.queue.planned(plan), [plan]);
    useEffect(() => command?.keys && self.current.queue[command.do === "retry" ? "retry" : "cancel"](command.keys), [command]);
    const input = (kind, more) =>
      h("input", {
        ...{ type: "file", id: `${name}-${kind}-input`, hidden: true, tabIndex: -1, "aria-hidden": true, ...more },
        onChange({ target }) {
          self.current.queue.add([...target.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
          target.value = "";
        },
      });
    const directory = input("directory", { multiple: true, ref: (node) => node && (node.webkitdirectory = true) });
    return h("div", { id, hidden: true }, directory, input("files", { multiple: multiple !== false, accept }));
  }
  window.tidemark_components = Object.assign(window.tidemark_components || {}, { FileUpload });
})();
