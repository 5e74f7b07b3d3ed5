/* FileUpload: files and folders that are chosen or dropped go to the server over tus (vendor/tus.min.js). The properties are
   described in __init__.py; which files are wanted, and under which key, is decided by a callback that answers `chosen`
   with `plan`. The queue lives here, since it must live when the server does not. */
(function () {
  "use strict";
  const { createElement: h, useEffect, useRef } = React;
  const BASE = document.currentScript.src.replace(/[^/]*$/, "");
  const MIB = 2 ** 20;
  const PIECE = 8 * MIB;
  const SMALL = MIB; // smaller files go together: [[key, size], …] as JSON, then their bytes
  const PACK = { files: 100, bytes: 4 * MIB };
  const LANES = 3;
  const ANNOUNCED = 1000; // files in one `chosen`
  const REPEAT_MS = 5000; // until `chosen` is sent again without an answer
  const REPORT_MS = 250;
  const STALLED_MS = 60000;
  const BACK_MS = 4000;
  const RATE_MS = 5000;
  const DELAYS = [1, 2, 4, 8, 10]; // seconds until a lost connection is tried again
  const FAILURES = 3; // answers of 500 or 409 to one request
  const NATURAL = new Intl.Collator(undefined, { numeric: true });
  const CHANGED = "The file was changed, moved or deleted after it was chosen. Choose it again.";

  let library = null;
  const tus = () =>
    (library ||= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.onload = () => done(window.tus);
      script.onerror = () => ((library = null), failed(new Error("tus.min.js was not loaded")));
      script.src = `${BASE}vendor/tus.min.js`;
      document.head.append(script);
    }));

  const identity = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const PAGE = identity();
  const browser = () => {
    try {
      const name = "tidemark-browser";
      if (!localStorage.getItem(name)) localStorage.setItem(name, identity());
      return localStorage.getItem(name);
    } catch {
      return PAGE; // a private window: as long as the page
    }
  };
  const away = (status) => status === 0 || (status >= 502 && status <= 504);
  const sentence = (response) => {
    try {
      return JSON.parse(response.getBody()).error;
    } catch {
      return `The server answered ${response.getStatus()}.`; // a proxy's page
    }
  };

  /* ---- the queue ---------------------------------------------------------------------------------------------- */
  class Queue {
    constructor(name, report) {
      Object.assign(this, { name, report, files: [], byKey: new Map(), unannounced: [], waiting: new Set(), lanes: new Set() });
      Object.assign(this, { parked: new Set(), asked: null, gate: null, tries: 0, failed: [], gone: 0, total: 0, rates: [] });
      setInterval(() => this.watch(), REPEAT_MS);
    }

    /* -- announcing: a slice of the files at a time, until `plan` answers it */
    add(found) {
      const batch = Date.now();
      found.sort((one, other) => NATURAL.compare(one.path, other.path));
      for (const one of found) this.unannounced.push({ ...one, batch, place: this.files.push(null) - 1 });
      tus().catch(() => {});
      this.announce();
    }
    announce() {
      if (this.asked || !this.unannounced.length) return;
      const { batch } = this.unannounced[0];
      const some = this.unannounced.filter((one) => one.batch === batch).slice(0, ANNOUNCED);
      const files = some.map(({ place, path, file, problem }) => [place, path, file ? file.size : 0, file ? file.lastModified : 0, problem || ""]);
      this.asked = { id: identity(), batch, files, some, at: Date.now() };
      this.ask();
    }
    ask() {
      const { id, batch, files } = this.asked;
      this.asked.at = Date.now();
      this.report({ chosen: { id, batch, files, turn: this.asked.at } });
    }
    planned({ id, go }) {
      if (!this.asked || this.asked.id !== id) return;
      const { some } = this.asked;
      const byPlace = new Map(some.map((one) => [one.place, one]));
      for (const [place, key, offset] of go) {
        const { file } = byPlace.get(place);
        const item = { key, file, size: file.size, gone: offset, resumes: offset > 0 };
        if (!this.busy) Object.assign(this, { gone: 0, total: 0 });
        this.byKey.set(key, item);
        this.waiting.add(item);
        this.total += item.size;
      }
      const announced = new Set(some);
      this.unannounced = this.unannounced.filter((one) => !announced.has(one));
      this.asked = null;
      this.announce();
      this.work();
    }

    /* -- sending */
    get busy() {
      return this.waiting.size + this.lanes.size > 0;
    }
    work() {
      while (!this.gate && this.lanes.size < LANES && this.waiting.size) this.send(this.next());
      this.tell();
    }
    next() {
      const [first] = this.waiting;
      if (first.size >= SMALL) return [first];
      const pack = [];
      let bytes = 0;
      for (const item of this.waiting) {
        if (item.size >= SMALL) continue;
        if (pack.length === PACK.files || bytes + item.size > PACK.bytes) break;
        pack.push(item);
        bytes += item.size;
      }
      return pack;
    }
    async send(items) {
      const lane = { items, failures: 0, at: Date.now(), bytes: items.reduce((sum, { size }) => sum + size, 0) };
      this.lanes.add(lane);
      items.forEach((item) => this.waiting.delete(item));
      const { Upload } = await tus();
      if (!this.lanes.has(lane)) return; // cancelled meanwhile
      const [one] = items;
      const packed = one.size < SMALL;
      const head = packed ? new Blob([JSON.stringify(items.map(({ key, size }) => [key, size]))]) : null;
      const body = packed ? new Blob([head, ...items.map(({ file }) => file)]) : one.file;
      lane.upload = new Upload(body, {
        endpoint: "/upload",
        uploadUrl: one.resumes ? `/upload/${one.key}` : null,
        metadata: packed ? { pack: String(head.size) } : { key: one.key },
        headers: { "X-Tidemark-Upload": "1" },
        chunkSize: PIECE,
        uploadDataDuringCreation: true,
        storeFingerprintForResuming: false, // the server knows which files are begun
        retryDelays: null, // `lost` waits for as long as it takes
        onProgress: (gone, total) => this.moved(lane, gone, total),
        onAfterResponse: (_request, response) => away(response.getStatus()) || this.connected(),
        onSuccess: () => this.done(lane),
        onError: (error) => this.wrong(lane, error),
      });
      lane.upload.start();
    }
    moved(lane, gone, total) {
      lane.at = Date.now();
      lane.items.length === 1 ? (lane.items[0].gone = Math.min(gone, lane.bytes)) : (lane.share = gone / total);
      this.tell();
    }
    done(lane) {
      this.gone += lane.bytes;
      this.end(lane);
    }
    end(lane) {
      this.lanes.delete(lane);
      this.parked.delete(lane);
      this.work();
    }
    async wrong(lane, error) {
      const response = error.originalResponse;
      const status = response ? response.getStatus() : 0;
      if (away(status)) {
        const changed = await Promise.all(lane.items.map(unreadable));
        if (!changed.includes(true)) return this.lost(lane);
        lane.items.forEach((item, place) => (changed[place] ? this.fail(item, CHANGED) : this.waiting.add(item)));
      } else if ((status === 409 || (status >= 500 && status !== 507)) && ++lane.failures <= FAILURES) {
        return void setTimeout(() => this.lanes.has(lane) && lane.upload.start(), 1000 * lane.failures);
      } else {
        lane.items.forEach((item) => this.fail(item, sentence(response)));
      }
      this.end(lane);
    }
    fail(item, reason) {
      this.total -= item.size;
      this.failed.push([item.key, reason]);
    }

    /* -- a lost connection: everything waits, and goes on by itself */
    lost(lane) {
      this.parked.add(lane);
      if (this.gate) return;
      const seconds = DELAYS[Math.min(this.tries++, DELAYS.length - 1)];
      this.gate = { until: Date.now() + seconds * 1000 };
      this.tick();
    }
    tick() {
      if (!this.gate) return;
      const seconds = Math.max(0, Math.ceil((this.gate.until - Date.now()) / 1000));
      if (!seconds) return this.again();
      this.report({ connection: { state: "lost", seconds } });
      this.gate.timer = setTimeout(() => this.tick(), 1000);
    }
    again() {
      if (!this.gate) return;
      clearTimeout(this.gate.timer);
      this.gate = null;
      const lanes = [...this.parked];
      this.parked.clear();
      this.report({ connection: { state: "lost", seconds: 0 } });
      for (const lane of lanes) {
        lane.at = Date.now();
        lane.upload.start();
      }
      this.work();
    }
    connected() {
      if (!this.tries) return;
      this.tries = 0;
      this.report({ connection: { state: "back" } });
      setTimeout(() => this.tries || this.report({ connection: { state: "" } }), BACK_MS);
    }
    watch() {
      if (this.asked && Date.now() - this.asked.at >= REPEAT_MS) this.ask();
      for (const lane of this.lanes) {
        if (!lane.upload || this.parked.has(lane) || Date.now() - lane.at < STALLED_MS) continue;
        lane.upload.abort();
        this.lost(lane);
      }
    }

    /* -- what the user decides */
    cancel(keys) {
      const gone = new Set(keys);
      for (const item of this.waiting) if (gone.has(item.key)) this.waiting.delete(item), (this.total -= item.size);
      for (const lane of [...this.lanes]) {
        if (!lane.items.every(({ key }) => gone.has(key))) continue; // the server passes over the others of a pack
        if (lane.upload) lane.upload.abort();
        this.total -= lane.bytes;
        this.end(lane);
      }
      this.work();
    }
    retry(keys) {
      this.failed = this.failed.filter(([key]) => !keys.includes(key));
      for (const key of keys) {
        const item = this.byKey.get(key);
        if (!item) this.failed.push([key, CHANGED]); // chosen before the page was loaded again
        else if (!this.waiting.has(item)) this.waiting.add(Object.assign(item, { gone: 0, resumes: true })), (this.total += item.size);
      }
      this.work();
    }

    /* -- what the page is told, at most four times a second */
    tell() {
      this.timer ||= setTimeout(() => {
        this.timer = 0;
        this.report({ summary: this.summary() });
        if (this.busy && !this.gate) this.tell();
      }, REPORT_MS);
    }
    summary() {
      const lanes = [...this.lanes];
      const parts = lanes.map(({ items, share, bytes }) => (items.length === 1 ? items[0].gone : (share || 0) * bytes));
      const gone = Math.round(parts.reduce((sum, part) => sum + part, this.gone));
      this.rates = this.busy ? [...this.rates, [Date.now(), gone]].filter(([at]) => Date.now() - at <= RATE_MS) : [];
      const [first] = this.rates;
      const seconds = first ? (Date.now() - first[0]) / 1000 : 0;
      const current = lanes.filter(({ items }) => items.length === 1 && items[0].size >= SMALL);
      return {
        busy: this.busy,
        gone,
        total: this.total,
        rate: seconds > 0.4 ? Math.max(0, (gone - first[1]) / seconds) : 0,
        current: Object.fromEntries(current.map(({ items: [{ key, gone: sent }] }) => [key, sent])),
        failed: this.failed,
      };
    }
  }
  const unreadable = ({ file }) =>
    file.slice(0, 1).arrayBuffer().then(
      () => false,
      () => true,
    );

  /* ---- folders that are dropped: entries must be taken before the first await ------------------------------------ */
  const dropped = async (transfer) => {
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
  const walk = async (entry, found) => {
    const path = entry.fullPath.replace(/^\//, "");
    try {
      if (entry.isFile) return void found.push({ path, file: await new Promise((done, failed) => entry.file(done, failed)) });
      const reader = entry.createReader();
      for (let some; (some = await new Promise((done, failed) => reader.readEntries(done, failed))).length; )
        for (const child of some) await walk(child, found);
    } catch (error) {
      found.push({ path, problem: `${entry.isFile ? "" : "folder "}cannot be read (${error.name})` });
    }
  };

  /* ---- dropping: on the zone that is shown, or anywhere on the page ------------------------------------------------ */
  const mounted = new Set();
  const zone = (name) => document.getElementById(`${name}-drop`);
  const taker = () => [...mounted].find(({ name }) => zone(name)) || [...mounted].find(({ everywhere }) => everywhere());
  const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const hover = (over) => mounted.forEach(({ name }) => zone(name)?.classList.toggle("tm-over", over));
  let depth = 0;
  const show = () => {
    const { name, report } = taker() || {};
    if (name && !zone(name)) report({ dropping: Date.now() });
  };
  const handlers = {
    dragenter: () => (depth += 1) === 1 && show(),
    dragleave: () => (depth = Math.max(0, depth - 1)) === 0 && hover(false),
    dragover(event) {
      if (!taker()) return;
      event.preventDefault(); // else the browser leaves the page to show the file
      event.dataTransfer.dropEffect = "copy";
      hover(true);
    },
    async drop(event) {
      depth = 0;
      hover(false);
      const one = taker();
      if (!one) return;
      event.preventDefault();
      show();
      one.queue.add(await dropped(event.dataTransfer));
    },
  };
  for (const [name, handle] of Object.entries(handlers)) window.addEventListener(name, (event) => hasFiles(event) && handle(event));

  document.addEventListener("click", ({ target }) => {
    const chooser = target.closest?.("[data-chooses]");
    if (chooser) document.getElementById(chooser.dataset.chooses)?.click();
    if (target.closest?.("[data-upload-now]")) mounted.forEach(({ queue }) => queue.again());
  });
  window.addEventListener("online", () => mounted.forEach(({ queue }) => queue.again()));
  window.addEventListener("beforeunload", (event) => [...mounted].some(({ queue }) => queue.busy) && event.preventDefault());

  /* ---- the component ------------------------------------------------------------------------------------------------ */
  function FileUpload(props) {
    const latest = useRef(props);
    const self = useRef(null);
    latest.current = props;
    self.current ||= {
      name: props.name,
      everywhere: () => latest.current.page_wide,
      report: (values) => self.current.there && latest.current.setProps(values),
    };
    self.current.queue ||= new Queue(props.name, self.current.report);
    useEffect(() => {
      Object.assign(self.current, { there: true });
      mounted.add(self.current);
      self.current.report({ sender: { browser: browser(), page: PAGE } });
      return () => (mounted.delete(self.current), (self.current.there = false));
    }, []);
    useEffect(() => props.plan && self.current.queue.planned(props.plan), [props.plan]);
    useEffect(() => {
      const { do: act, keys } = props.command || {};
      if (act === "cancel" || act === "retry") self.current.queue[act](keys);
    }, [props.command]);
    const take = ({ target }) => {
      self.current.queue.add([...target.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      target.value = "";
    };
    const input = (kind, more) => h("input", { type: "file", id: `${props.name}-${kind}-input`, hidden: true, tabIndex: -1, "aria-hidden": true, onChange: take, ...more });
    return h(
      "div",
      { id: props.id, hidden: true },
      input("directory", { multiple: true, ref: (node) => node && (node.webkitdirectory = true) }),
      input("files", { multiple: props.multiple !== false, accept: props.accept }),
    );
  }
  window.tidemark_components = Object.assign(window.tidemark_components || {}, { FileUpload });
  /* Clientside callback: what is said of a lost connection, while the server cannot say it. */
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.file_upload = {
    /* Put a text on the clipboard. */
    copy: async ({ text }) => {
      const toast = (said, kind) => window.dash_clientside.set_props("shell-toast", { data: { text: said, kind } });
      try {
        await navigator.clipboard.writeText(text);
        toast("The report is on the clipboard.", "success");
      } catch {
        toast("This browser does not let the page use the clipboard. Download the report instead.", "warning");
      }
      return window.dash_clientside.no_update;
    },
    /* An interval ticks again after each answer; where one was lost, every fifth heartbeat lets it. */
    keepTicking: (beat, disabled, id, ticks) => {
      if (!disabled && beat % 5 === 0) window.dash_clientside.set_props(id, { max_intervals: (ticks || 0) + 1 });
    },
    notice: (connection) => {
      const { state, seconds } = connection || {};
      const part = (type, values) => ({ namespace: "dash_html_components", type, props: values });
      const sign = (name) => part("I", { className: `bi bi-${name}`, "aria-hidden": "true" });
      if (state === "back") return [sign("wifi"), part("Span", { children: "Connected again. The uploads go on where they stopped." })];
      if (state !== "lost") return [];
      const text = `The server does not answer. The uploads wait and go on by themselves${seconds ? `; next try in ${seconds} s.` : "; trying now."}`;
      const now = part("Button", { children: "Try now", type: "button", className: "btn btn-sm btn-outline-primary", "data-upload-now": "1" });
      return [sign("wifi-off"), part("Span", { children: text }), now];
    },
  };
})();
