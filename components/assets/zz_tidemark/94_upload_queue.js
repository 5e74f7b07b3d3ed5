/* Upload, part 2: sending. Pieces of 8 MiB, three files at a time, resumed at the offset the server has; when the
   connection is lost everything waits, says so, and goes on by itself. No DOM here: part 3 draws what changed.

   An item's state: new · waiting · uploading · checking (sent, the server has not begun) · reading · and final:
   added · already here · same name, in the trash (questions) · refused · failed (may be tried again) · cancelled · skipped. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const upload = tm.upload;

  const PIECE = 8 * 1024 * 1024;
  const PARALLEL = 3;
  const SMALL = 1024 * 1024; // of files below, more are sent at a time
  const PARALLEL_SMALL = 5; // a browser has six connections to one server; the page needs one
  const FINISH_AT_ONCE = 100;
  const FINISH_MS = 60; // files whose bytes are all sent are told in one request
  const CHECK_AT_ONCE = 200;
  const POLL_AT_ONCE = 100;
  const POLL_MS = [250, 1500];
  const STALLED_MS = 60000;
  const DELAYS = [1, 2, 4, 8, 10];
  const LATER_MS = [0, 2000, 5000, 10000]; // when a fresh page asks what the server is doing
  const REFRESH_MS = [1200, 8000];
  const ENDED = new Set(["added", "already here", "same name", "in the trash", "refused", "failed", "cancelled", "skipped"]);

  const NATURAL = new Intl.Collator(undefined, { numeric: true });

  const items = (upload.items = new Map());
  upload.changed = () => {}; // part 3 draws; until it is loaded there is nothing to draw on
  upload.batch = 0;
  upload.skipped = [];
  upload.found = [];
  upload.connection = { lost: false, retryAt: 0, back: 0 };
  const ASKING = new Set(["same name", "in the trash"]);
  upload.asking = (item) => ASKING.has(item.state);
  upload.ended = (item) => ENDED.has(item.state);
  upload.sending = () => [...items.values()].some((item) => item.file && !ENDED.has(item.state) && !item.sent);

  const change = (item, values) => {
    Object.assign(item, values);
    upload.changed(item);
  };

  /* ---- requests -------------------------------------------------------------------------------------- */
  class Offline extends Error {}

  const HEADERS = { "X-Tidemark-Upload": "1" };
  const away = (status) => status === 0 || (status >= 502 && status <= 504);

  async function call(method, path, body) {
    let response;
    let text;
    try {
      response = await fetch(`/upload/${path}`, {
        method,
        headers: body ? { ...HEADERS, "Content-Type": "application/json" } : HEADERS,
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(STALLED_MS),
      });
      text = method === "HEAD" ? "" : await response.text(); // an answer that breaks off is none
    } catch {
      throw new Offline();
    }
    if (away(response.status)) throw new Offline();
    return answer(response.status, text, response.headers.get("Upload-Offset"));
  }

  function answer(status, text, offset) {
    let json = {};
    try {
      json = text ? JSON.parse(text) : {};
    } catch {
      /* not ours: a proxy's page */
    }
    const error = json.error || `The server answered ${status}.`;
    return { ok: status < 300, status, json, error, offset: Number(offset || 0) };
  }

  /* XMLHttpRequest, since fetch does not tell how much of a body has gone. */
  function put(item, blob, offset) {
    return new Promise((done, failed) => {
      const request = (item.request = new XMLHttpRequest());
      let timer = 0;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), STALLED_MS);
      };
      request.open("PUT", `/upload/${item.key}`);
      request.setRequestHeader("X-Tidemark-Upload", "1");
      request.setRequestHeader("Upload-Offset", offset);
      request.setRequestHeader("Upload-Length", item.size);
      request.upload.onprogress = (event) => {
        alive();
        change(item, { gone: Math.min(item.size, offset + event.loaded) });
      };
      request.onloadend = () => {
        clearTimeout(timer);
        item.request = null;
        if (away(request.status)) failed(new Offline());
        else done(answer(request.status, request.responseText, request.getResponseHeader("Upload-Offset")));
      };
      alive();
      request.send(blob);
    });
  }

  /* ---- the connection: one gate for all ---------------------------------------------------------------- */
  const gate = { waiting: null, tries: 0, open: null };

  async function steadily(action, item) {
    for (;;) {
      try {
        const result = await action();
        gate.tries = 0;
        if (upload.connection.lost) upload.changed(Object.assign(upload.connection, { lost: false, back: Date.now() }));
        return result;
      } catch (error) {
        if (!(error instanceof Offline)) throw error;
        if (item && ENDED.has(item.state)) return null;
        await reconnection();
      }
    }
  }

  function reconnection() {
    if (!gate.waiting) {
      const seconds = DELAYS[Math.min(gate.tries++, DELAYS.length - 1)];
      Object.assign(upload.connection, { lost: true, retryAt: Date.now() + seconds * 1000 });
      upload.changed();
      gate.waiting = new Promise((done) => {
        gate.open = () => (clearTimeout(timer), (gate.waiting = null), done());
        const timer = setTimeout(gate.open, seconds * 1000);
      });
    }
    return gate.waiting;
  }
  upload.retryNow = () => gate.waiting && gate.open();
  window.addEventListener("online", upload.retryNow);

  /* ---- adding ------------------------------------------------------------------------------------------- */
  upload.add = async (found, named = false) => {
    const fresh = [];
    const batch = (upload.batch += 1);
    const placed = named ? found : found.map((one) => ({ ...one, path: upload.placed(one.path) }));
    for (const { file, path, unreadable } of await tm.labelsIn.sift(placed)) {
      const reason = unreadable || upload.skipReason(path);
      if (reason) {
        if (!upload.skipped.some((other) => other.path === path)) upload.skipped.push({ path, reason });
        continue;
      }
      const key = await upload.keyOf(path, file);
      const known = items.get(key);
      if (known && (!ENDED.has(known.state) || upload.asking(known))) continue;
      const item = known || { key };
      Object.assign(item, { batch, path, name: path, file, size: file.size, gone: 0, offset: 0, sent: false, reading: 0 });
      Object.assign(item, { state: "new", reason: "", job: null });
      items.set(key, item);
      fresh.push(item);
    }
    fresh.sort((one, other) => NATURAL.compare(one.path, other.path));
    for (const item of fresh) {
      items.delete(item.key);
      items.set(item.key, item);
      upload.changed(item);
    }
    upload.changed();
    for (let start = 0; start < fresh.length; start += CHECK_AT_ONCE) {
      await check(fresh.slice(start, start + CHECK_AT_ONCE));
    }
  };

  async function check(some) {
    const files = some.map(({ key, path, size }) => ({ key, path, size }));
    const reply = await steadily(() => call("POST", "check", { files }));
    some.forEach((item, index) => {
      if (ENDED.has(item.state)) return;
      const verdict = reply.ok ? reply.json.files[index] : { state: "failed", reason: reply.error };
      if (verdict.state !== "partial") return change(item, { state: verdict.state, reason: verdict.reason });
      const offset = verdict.offset || 0;
      change(item, { state: "waiting", path: verdict.path, offset, gone: offset, resumed: offset > 0 });
    });
    for (let lane = 0; lane < PARALLEL_SMALL; lane++) work();
  }

  /* ---- sending -------------------------------------------------------------------------------------------- */
  let busy = 0;

  async function work() {
    const room = (item) => busy < (item.size < SMALL ? PARALLEL_SMALL : PARALLEL);
    const first = next();
    if (!first || !room(first)) return;
    busy += 1;
    try {
      for (let item; (item = next()); ) await send(item);
    } finally {
      busy -= 1;
    }
  }

  const next = () => {
    for (const item of items.values()) if (item.state === "waiting") return item;
    return null;
  };

  async function send(item) {
    change(item, { state: "uploading" });
    try {
      let failures = 0;
      while (item.offset < item.size && item.state === "uploading") {
        const reply = await steadily(() => piece(item), item);
        if (item.state !== "uploading" || !reply) return;
        if (reply.ok || reply.status === 409) change(item, { offset: reply.offset, gone: reply.offset });
        else if (reply.status < 500 || reply.status === 507 || ++failures > 3) throw new Error(reply.error);
      }
      if (item.state === "uploading") finish(item);
    } catch (error) {
      if (!ENDED.has(item.state)) change(item, { state: "failed", reason: error.message });
    }
  }

  /* After a lost connection the server knows how much arrived. A file that changed cannot be read any more, which
     looks like a lost connection: so it is tried first. */
  async function piece(item) {
    if (item.unsure) {
      const reply = await call("HEAD", item.key);
      if (!reply.ok) return reply;
      Object.assign(item, { offset: reply.offset, gone: reply.offset, unsure: false });
      if (item.offset >= item.size) return reply;
    }
    const blob = item.file.slice(item.offset, item.offset + PIECE);
    try {
      return await put(item, blob, item.offset);
    } catch (error) {
      item.unsure = true;
      await readable(item, blob);
      throw error;
    }
  }

  async function readable(item, blob) {
    try {
      await blob.slice(0, 1).arrayBuffer();
    } catch {
      throw new Error("The file was changed, moved or deleted after it was chosen. Choose it again.");
    }
  }

  let finishing = [];
  let flushing = 0;
  function finish(item, decision) {
    change(item, { state: "checking", sent: true, reading: 0, reason: "" });
    finishing.push([item, decision]);
    if (!flushing) flushing = setTimeout(flush, next() || busy > 1 ? FINISH_MS : 0);
  }
  async function flush() {
    const some = finishing.slice(0, FINISH_AT_ONCE).filter(([item]) => item.state === "checking");
    finishing = finishing.slice(FINISH_AT_ONCE);
    flushing = finishing.length ? setTimeout(flush, 0) : 0;
    if (!some.length) return;
    const files = some.map(([{ key, name, size }, decision]) => ({ key, path: name, size, decision }));
    const reply = await steadily(() => call("POST", "finish", { files }));
    some.forEach(([item], place) => {
      if (item.state !== "checking") return;
      if (reply.ok) settle(item, reply.json.results[place]);
      else change(item, { state: "failed", reason: reply.error });
    });
  }

  /* ---- what becomes of a file that was sent ---------------------------------------------------------------- */
  function settle(item, result) {
    if (result.state === "working") {
      const reading = result.progress || 0;
      const begun = reading > 0 || result.message;
      const state = begun ? "reading" : "checking";
      if (state !== item.state || reading !== item.reading) change(item, { state, reading, message: result.message });
      poll();
    } else if (result.state === "partial") {
      if (!item.file) return change(item, { state: "failed", reason: "The server does not have this file any more." });
      change(item, { state: "waiting", sent: false, offset: result.offset || 0, gone: result.offset || 0 });
      work();
    } else {
      change(item, { state: result.state, reason: result.reason || "", here: result.where || result.path, reading: 1 });
      if (result.state === "added") refresh();
    }
  }

  const unsettled = () => [...items.values()].filter((item) => item.state === "checking" || item.state === "reading");
  let polling = false;

  async function poll() {
    if (polling) return;
    polling = true;
    let pause = POLL_MS[0];
    for (let some; (some = unsettled().slice(0, POLL_AT_ONCE)).length; ) {
      await new Promise((done) => setTimeout(done, pause));
      const before = some.map((item) => item.state + item.reading).join();
      const reply = await steadily(() => call("POST", "results", { keys: some.map((item) => item.key) }));
      if (reply.ok) {
        some.forEach((item, index) => {
          if (item.state === "checking" || item.state === "reading") later(item, reply.json.results[index]);
        });
      }
      const same = before === some.map((item) => item.state + item.reading).join();
      pause = same ? Math.min(pause * 1.5, POLL_MS[1]) : POLL_MS[0];
    }
    polling = false;
  }

  /* "partial" right after finish was called only means that its answer has not come yet. */
  const later = (item, result) => {
    if (result.state !== "partial" || ++item.strays > 3) settle(item, result);
    else item.strays ||= 1;
  };

  /* The tree is listed again ever more rarely while many files arrive, and soon after the last one. */
  let refreshTimer = 0;
  let refreshMs = REFRESH_MS[0];
  function refresh() {
    if (!unsettled().length) {
      clearTimeout(refreshTimer);
      refreshTimer = 0;
      refreshMs = REFRESH_MS[0] / 4;
    }
    if (refreshTimer) return;
    refreshTimer = setTimeout(() => {
      refreshTimer = 0;
      refreshMs = Math.min(Math.max(refreshMs, REFRESH_MS[0]) * 1.5, REFRESH_MS[1]);
      tm.refreshFiles();
    }, refreshMs);
  }

  /* ---- what the user decides -------------------------------------------------------------------------------- */
  upload.decide = (item, decision) => finish(item, decision);
  upload.decideAll = (state, decision) => {
    for (const item of items.values()) if (item.state === state) finish(item, decision);
  };

  upload.retry = (item) => {
    if (item.sent || !item.file) finish(item);
    else upload.add([{ file: item.file, path: item.name }], true);
  };

  upload.cancel = async (item) => {
    if (ENDED.has(item.state) && !upload.asking(item)) return;
    const there = item.sent || item.offset > 0 || item.state === "uploading";
    const request = item.request;
    change(item, { state: "cancelled", reason: "" });
    if (request) request.abort();
    if (!there) return;
    const reply = await steadily(() => call("DELETE", item.key));
    if (reply.ok && reply.json.state === "added") settle(item, reply.json);
  };
  upload.cancelAll = () => Promise.all([...items.values()].filter((item) => !ENDED.has(item.state)).map(upload.cancel));

  upload.clear = () => {
    for (const item of [...items.values()]) {
      if (ENDED.has(item.state) && !upload.asking(item)) items.delete(item.key);
    }
    upload.skipped = [];
    upload.changed();
  };

  upload.addFound = async () => {
    while (upload.found.length) {
      const paths = upload.found.slice(0, CHECK_AT_ONCE).map((file) => file.path);
      const reply = await steadily(() => call("POST", "found", { paths }));
      if (!reply.ok) return tm.toast(reply.error, "error");
      upload.found = upload.found.slice(CHECK_AT_ONCE);
      for (const file of reply.json.files) track({ ...file, name: file.path, state: "working" });
      upload.changed();
    }
  };

  /* ---- what the server is doing already (after a reload; samples; files in the data folder) --------------- */
  function track(file) {
    if (items.has(file.key)) return;
    const { key, size, name } = file;
    const item = { key, batch: upload.batch, size, name, path: name, gone: size, offset: size, sent: true, reading: 0, state: "checking" };
    items.set(key, item);
    upload.changed(item);
    settle(item, file);
  }

  let recordings = null;
  async function look() {
    let reply;
    try {
      reply = await call("GET", "open");
    } catch {
      return; // the banner of the page says it
    }
    if (!reply.ok) return;
    if (recordings !== null && recordings !== reply.json.recordings) refresh();
    recordings = reply.json.recordings;
    upload.found = reply.json.found;
    reply.json.open.forEach(track);
    upload.changed();
  }
  for (const delay of LATER_MS) setTimeout(look, delay);

  window.addEventListener("beforeunload", (event) => {
    if (upload.sending()) event.preventDefault();
  });

  tm.actions.uploadCancelAll = () => upload.cancelAll();
  tm.actions.uploadClear = () => upload.clear();
})();
