/* Reading a file differently: the form in its details, what would come of it, and doing it. A file that was read
   differently, here or in another tab, is shown anew. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const NAMES = ["time", "dates", "zone", "unit", "rate", "delimiter", "decimal", "header", "encoding"];
  const FOUND = "found"; // a choice that says nothing
  const COUNTED = "rows"; // as the time column: there is none; columns are "=name"
  const TYPED = new Set(["zone", "rate"]); // by hand, the others are chosen
  const SETTLE = 150; // ms after the last choice until its outcome is asked for
  const POLL = 300;

  const form = { open: false, said: {}, told: {}, units: {}, found: {}, ticket: 0, timer: 0 };
  const id = (name) => `details-${name}`;
  const url = (rest = "") => `/reading/${tm.view.recording.id}${rest}`;
  const ask = async (address, method, body) => {
    const response = await fetch(address, {
      method,
      headers: { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
  };
  const sentence = (error) => (error instanceof TypeError ? "The server does not answer. Try again when it is back." : error.message);

  /* ---- the fields -------------------------------------------------------------------------------- */
  const fill = (said) => {
    const shown = { ...said };
    if (said.header !== undefined) shown.header = said.header ? "yes" : "no";
    if (said.time !== undefined) shown.time = said.time === "" ? COUNTED : `=${said.time}`;
    for (const name of NAMES) tm.set(id(name), { value: String(shown[name] ?? (TYPED.has(name) ? "" : FOUND)) });
    form.units = { ...said.units };
  };
  const collect = (values) => {
    const said = {};
    NAMES.forEach((name, place) => {
      const text = name === "delimiter" ? values[place] : String(values[place] ?? "").trim();
      if (text && text !== FOUND) said[name] = text;
    });
    if (said.time) said.time = said.time === COUNTED ? "" : said.time.slice(1);
    if (said.header) said.header = said.header === "yes";
    if (said.rate) said.rate = Number(said.rate.replace(",", ".")) || said.rate;
    return said;
  };
  const changedUnits = () => Object.fromEntries(Object.entries(form.units).filter(([name, unit]) => unit !== form.found[name]));
  const options = () => {
    const units = changedUnits();
    return Object.keys(units).length ? { ...form.told, units } : { ...form.told };
  };
  const inOrder = (value) => JSON.stringify(value, (_, inner) => (inner && inner.constructor === Object ? Object.fromEntries(Object.entries(inner).sort()) : inner));
  const offer = (possible = true) => tm.enable(id("read-button"), possible && !form.running && inOrder(options()) !== inOrder(form.said));

  const complain = (text, field) => {
    document.querySelectorAll(".tm-reading-error").forEach((place) => (place.textContent = ""));
    const place = field && tm.byId(id(field))?.parentElement.querySelector(".tm-reading-error");
    if (place) place.textContent = text;
    return Boolean(place);
  };

  /* ---- what would come of it --------------------------------------------------------------------- */
  const preview = async () => {
    const ticket = (form.ticket += 1);
    let answer;
    try {
      answer = await ask(url("/preview"), "POST", form.told);
    } catch (error) {
      answer = { error: sentence(error), field: "" };
    }
    if (ticket !== form.ticket || !form.open) return;
    if (!complain(answer.error || "", answer.field) && answer.error) showProblem(answer.error);
    else if (!answer.error) show(answer);
    tm.byId(id("preview"))?.classList.toggle("tm-stale", Boolean(answer.error));
    offer(!answer.error);
  };
  const showProblem = (text) => tm.byId(id("preview"))?.replaceChildren(tm.element("p", { className: "tm-reading-problem" }, text));

  const heading = ({ name, unit, role, reason }) => {
    const shown = role === "channel" ? (form.units[name] ?? unit) : unit;
    const cell = tm.element("th", { scope: "col", className: role === "channel" ? "" : `tm-role-${role.replace(" ", "-")}` });
    cell.append(tm.element("span", {}, shown ? `${name} [${shown}]` : name));
    cell.append(tm.element("small", { title: reason }, reason ? `${role}: ${reason}` : role));
    return cell;
  };
  const words = ({ kind, zone, unit }) => {
    if (kind === "row") return "row number";
    if (kind === "datetime") return `in ${zone}`;
    return kind === "naive" ? "no zone" : unit || "number";
  };
  const show = (answer) => {
    form.answer = answer;
    const time = tm.element("th", { scope: "col", className: "tm-role-read" }, tm.element("span", {}, "Read as"), tm.element("small", {}, words(answer.time)));
    const head = tm.element("tr", {}, time, ...answer.columns.map(heading));
    const rows = answer.cells.map((cells, place) => {
      const columns = answer.columns.map(({ role }, number) => tm.element("td", { className: `tm-role-${role.replace(" ", "-")}` }, cells[number] ?? ""));
      return tm.element("tr", {}, tm.element("td", { className: "tm-role-read" }, answer.times[place] ?? ""), ...columns);
    });
    const table = tm.element("table", {}, tm.element("thead", {}, head), tm.element("tbody", {}, ...rows));
    const notes = answer.notes.map((note) => tm.element("li", {}, note));
    tm.byId(id("preview"))?.replaceChildren(table, tm.element("ul", {}, ...notes));
    listColumns(answer);
    listUnits(answer.columns.filter(({ role }) => role === "channel"));
  };
  /* Also a column that is no longer there stays a choice as long as it is chosen. */
  const listColumns = ({ columns, reading, time }) => {
    const names = columns.map(({ name }) => name);
    if (form.told.time && !names.includes(form.told.time)) names.push(form.told.time);
    const found = form.told.time === undefined && form.told.rate === undefined ? `: ${time.name ? `“${time.name}”` : "none"}` : "";
    offerColumns(names, found);
    sayFound(reading);
  };
  const offerColumns = (names, found = "") => {
    const columns = names.map((name) => ({ value: `=${name}`, label: `“${name}”` }));
    const choices = [{ value: FOUND, label: `As found${found}` }, ...columns, { value: COUNTED, label: "none: rows are counted" }];
    const text = JSON.stringify(choices);
    if (text !== form.columnsText) tm.set(id("time"), { options: choices });
    form.columnsText = text;
  };
  /* “As found” says what was found. */
  const sayFound = (reading) => {
    for (const name of ["delimiter", "decimal", "encoding", "header"]) {
      if (form.told[name] !== undefined) continue;
      const choice = [...(tm.byId(id(name))?.options || [])];
      const named = (value) => choice.find((option) => option.value === value);
      const value = name === "header" ? (reading.header ? "yes" : "no") : reading[name];
      if (named(value)) named(FOUND).textContent = `As found: ${named(value).textContent}`;
    }
  };
  const listUnits = (channels) => {
    form.found = Object.fromEntries(channels.map(({ name, unit }) => [name, unit]));
    for (const name of Object.keys(form.units)) if (!(name in form.found)) delete form.units[name];
    const place = tm.byId(id("units"));
    const names = JSON.stringify(form.found);
    if (!place || (place.dataset.names === names && place.children.length)) return;
    place.dataset.names = names;
    place.replaceChildren(
      ...channels.map(({ name, unit }) => {
        const input = tm.element("input", { className: "form-control form-control-sm", maxLength: 30, placeholder: "none", value: form.units[name] ?? unit });
        input.oninput = () => {
          form.units[name] = input.value.trim();
          complain("");
          show(form.answer);
          offer();
        };
        return tm.element("label", {}, tm.element("span", { title: name }, name), input);
      }),
    );
  };

  /* ---- doing it ---------------------------------------------------------------------------------- */
  const state = (...parts) => tm.byId(id("state"))?.replaceChildren(...parts);
  const press = (text, run, look) => {
    const button = tm.element("button", { type: "button", className: `btn btn-sm ${look}` }, text);
    button.onclick = run;
    return button;
  };
  const follow = async (answer, recording) => {
    form.running = answer.state === "working";
    if (!form.running) return ended(answer, recording);
    const address = `/reading/${recording}/job/${answer.job}`;
    const bar = tm.element("progress", { max: 1, value: answer.progress, "aria-label": "Reading" });
    state(bar, tm.element("span", {}, answer.sentence || "Waiting"), press("Stop", () => ask(address, "DELETE"), "btn-link"));
    offer();
    await new Promise((resolve) => setTimeout(resolve, POLL));
    try {
      return follow(await ask(address, "GET"), recording);
    } catch (error) {
      return error instanceof TypeError ? follow(answer, recording) : ended({ state: "refused", sentence: error.message }, recording);
    }
  };
  const ended = ({ state: how, sentence: text, field }, recording) => {
    state();
    offer();
    if (how === "done") {
      form.own = recording;
      tm.toast(text, "success");
      tm.labels.exchange();
      if (tm.view.recording?.id === recording) tm.set("label-details", { is_open: false });
    } else if (how === "asks" && form.open) {
      const drop = press("Read again and drop them", () => begin(true), "btn-danger");
      const keep = press("Leave it as it is", () => (state(), offer()), "btn-outline-primary");
      state(tm.element("span", { className: "tm-reading-problem" }, text), drop, keep);
      drop.focus();
    } else if (!complain(text, form.open && field)) {
      tm.toast(text, "warning");
    }
  };
  const begin = async (drop) => {
    const recording = tm.view.recording.id;
    try {
      await tm.labels.whenSent(); // labels on their way mean the samples as they are now
      await follow(await ask(url(), "POST", { options: options(), drop }), recording);
    } catch (error) {
      form.running = false;
      state();
      offer();
      tm.toast(error ? sentence(error) : "Not all changes are in the database yet. They are kept; read again when they are.", "error");
    }
  };
  tm.actions.readAgain = () => begin(false);

  /* ---- opening and closing ----------------------------------------------------------------------- */
  const swap = (open) => {
    form.open = open;
    document.querySelector(".tm-details")?.classList.toggle("tm-reads", open);
  };
  tm.actions.readingOpen = async () => {
    let answer;
    try {
      answer = await ask(url(), "GET");
    } catch (error) {
      return tm.toast(sentence(error), "warning");
    }
    Object.assign(form, { said: answer.said, columnsText: "", running: false, told: { ...answer.said } });
    delete form.told.units;
    tm.byId(id("zones"))?.replaceChildren(...answer.zones.map((zone) => tm.element("option", { value: zone })));
    swap(true);
    offerColumns(answer.said.time ? [answer.said.time] : []);
    fill(answer.said);
    preview();
    requestAnimationFrame(() => tm.byId(id("time"))?.focus());
    if (answer.running) follow(answer.running, tm.view.recording.id);
  };
  tm.actions.readingClose = () => swap(false);
  tm.actions.detailsShown = (open) => {
    if (!open) swap(false);
  };
  tm.actions.readingAsFound = () => {
    fill({});
    const place = tm.byId(id("units"));
    if (place) place.dataset.names = "";
    tm.actions.readingChanged(...NAMES.map(() => ""));
  };
  tm.actions.readingChanged = (...values) => {
    if (!form.open) return;
    form.told = collect(values);
    complain("");
    tm.enable(id("read-button"), false);
    clearTimeout(form.timer);
    form.timer = setTimeout(preview, SETTLE);
  };

  /* ---- showing anew ------------------------------------------------------------------------------ */
  const samples = (reading) => reading.split("#")[0];
  let wanted = "";
  tm.on("answered", ({ answers }) => {
    const { recording } = tm.view;
    const answer = recording && answers.find((one) => one.recording === recording.id && one.reading);
    if (!answer || answer.reading === recording.reading || answer.reading === wanted) return;
    wanted = answer.reading;
    tm.set(id("reopen"), { data: { recording: recording.id, nonce: tm.uuid() } });
  });
  let before = null;
  tm.on("recording", (recording) => {
    wanted = recording.reading;
    const same = before && before.id === recording.id && before.reading !== recording.reading;
    if (same && samples(before.reading) === samples(recording.reading)) tm.view.range = [...before.range];
    else if (same && form.own !== recording.id) tm.toast("This file was read differently; it is shown anew.");
    form.own = null;
    before = { id: recording.id, reading: recording.reading, range: tm.view.range };
  });
  tm.on("view", (range) => before && (before.range = range));
  tm.on("closed", () => (before = null));

  tm.keys.define("details", () => tm.byId("label-details-button")?.click());
})();
