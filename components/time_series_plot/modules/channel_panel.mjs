/* The panel in which channels are chosen, ordered, named and scaled. Every control acts at once. */
import { shell } from "./bridge.mjs";
import { byId, element, plural } from "./dom.mjs";

export default (plot) => {
  const { channels } = plot;
  const AT_ONCE = 100; // rows that are listed before one asks for more
  const HEIGHTS = [0.25, 0.4, 0.5, 1, 1.5, 2, 3, 4];
  const LOOKS = { lines: "Lines", candles: "Candles", paper: "ECG paper" };
  const UNITS = ["mV", "µV", "V", "°C", "%", "bpm", "mmHg", "Hz", "m/s²", "g"];
  let rows = new Map(); // channel -> its row
  let all = false; // also beyond AT_ONCE
  let dragged = null;

  const panel = () => byId("channels-panel");
  const isOpen = () => panel() && !panel().hidden;
  const button = (text, run, properties = {}) => {
    const made = element("button", { type: "button", className: "btn btn-sm btn-outline-secondary", ...properties }, text);
    made.onclick = run;
    return made;
  };
  const iconButton = (icon, label, run, className = "") => {
    const made = element("button", { type: "button", className: `tm-tool ${className}`, title: label, "aria-label": label });
    made.append(element("i", { className: `bi bi-${icon}`, "aria-hidden": "true" }));
    made.onclick = run;
    return made;
  };
  const options = (label, values, run) => {
    const select = element("select", { className: "form-select form-select-sm", "aria-label": label });
    select.append(...values.map(([value, text]) => element("option", { value }, text)));
    select.onchange = () => run(select.value);
    return select;
  };

  /* ---- one channel ------------------------------------------------------------------------------- */
  const channelRow = (index) => {
    const { source, sourceUnit } = plot.view.recording.channels[index];
    const set = (settings) => channels.set(index, settings);
    const grip = iconButton("grip-vertical", `Move ${source}: drag, or ↑ and ↓`, null, "tm-channel-grip");
    const shown = element("input", { type: "checkbox", className: "form-check-input", "aria-label": `Show ${source}` });
    shown.onchange = () => channels.show([index], shown.checked);
    const swatch = element("span", { className: "tm-channel-swatch" });
    const name = element("input", { className: "form-control form-control-sm tm-channel-name", "aria-label": `Name of ${source}`, title: `In the file: ${source}`, maxLength: 60 });
    name.onchange = () => set({ name: name.value.trim() });
    const unit = element("input", { className: "form-control form-control-sm tm-channel-unit", "aria-label": `Unit of ${source}`, placeholder: "unit", title: `Unit; in the file: ${sourceUnit || "none"}`, maxLength: 20 });
    unit.setAttribute("list", "channels-units");
    unit.onchange = () => set({ unit: unit.value.trim() });
    const joined = iconButton("layers", `Draw ${source} in the row of the channel above`, () => set({ joined: !channels.get(index).joined }));
    const more = iconButton("chevron-down", `Height, scale and range of ${source}`, () => open(details.hidden));
    const details = element("div", { className: "tm-channel-details", hidden: true });
    const row = element("div", { className: "tm-channel", role: "group", "aria-label": source }, element("div", { className: "tm-channel-line" }, grip, shown, swatch, name, unit, joined, more), details);
    let detail = null;
    const open = (wanted) => {
      detail ??= detailsOf(index, details);
      details.hidden = !wanted;
      more.setAttribute("aria-expanded", String(wanted));
      update();
    };
    const put = (input, value) => input !== document.activeElement && (input.value = value);
    const update = () => {
      const own = channels.get(index);
      const channel = plot.view.recording.channels[index];
      const candle = channels.isCandle(index);
      shown.checked = channels.isShown(index);
      row.classList.toggle("tm-channel-off", !shown.checked);
      swatch.style.background = candle ? "none" : channels.color(index);
      put(name, channel.name);
      put(unit, channel.unit ?? "");
      joined.classList.toggle("tm-on", own.joined);
      joined.setAttribute("aria-pressed", String(own.joined));
      joined.disabled = candle;
      if (detail && !details.hidden) detail(own, put);
    };
    more.setAttribute("aria-expanded", "false");
    movable(row, grip, index);
    return { row, grip, update };
  };

  /* Height, scale and range; made when they are asked for. Returns what shows their values. */
  const detailsOf = (index, host) => {
    const set = (settings) => channels.set(index, settings);
    const height = options("Height", HEIGHTS.map((value) => [value, `${value} ×`]), (value) => set({ height: Number(value) }));
    const scale = options("Scale", [["", "its own values"], ["z", "z-score"], ["one", "0–1 of the file"]], (value) => set({ scale: value }));
    const limit = (label) => {
      const input = element("input", { type: "number", step: "any", className: "form-control form-control-sm", "aria-label": label, placeholder: label.toLowerCase() });
      input.onchange = () => fix();
      return input;
    };
    const [low, high] = [limit("Lowest"), limit("Highest")];
    const range = options("Range", [["view", "fits the view"], ["file", "fits the file"], ["fixed", "fixed"]], (value) => (value === "fixed" ? begin() : set({ y: value })));
    const begin = () => {
      const shown = plot.paint.rangeOf(index) || [0, 1];
      set({ y: shown.map((value) => Number(value.toPrecision(4))) });
      low.focus();
    };
    const fix = () => {
      const y = [low.valueAsNumber, high.valueAsNumber];
      if (!y.every(Number.isFinite)) return;
      if (y[0] < y[1]) set({ y });
      else shell.toast("The lowest value must be below the highest.", "warning");
    };
    const field = (text, ...controls) => element("span", { className: "tm-channel-field" }, element("span", {}, text), ...controls);
    host.append(field("Height", height), field("Scale", scale), field("Range", range, low, high));
    return (own, put) => {
      const fixed = Array.isArray(own.y);
      height.value = HEIGHTS.reduce((best, value) => (Math.abs(value - own.height) < Math.abs(best - own.height) ? value : best));
      scale.value = own.scale;
      range.value = fixed ? "fixed" : own.y;
      for (const [place, input] of [low, high].entries()) {
        input.hidden = !fixed;
        if (fixed) put(input, own.y[place]);
      }
    };
  };

  /* ---- order: by dragging the grip, or with the arrows on it --------------------------------------- */
  const movable = (row, grip, index) => {
    grip.onpointerdown = () => (row.draggable = true);
    grip.onpointerup = () => (row.draggable = false);
    row.ondragstart = (event) => {
      dragged = index;
      event.dataTransfer.effectAllowed = "move";
    };
    row.ondragend = () => {
      row.draggable = false;
      dragged = null;
      document.querySelectorAll(".tm-channel-target").forEach((other) => other.classList.remove("tm-channel-target"));
    };
    row.ondragover = (event) => {
      if (dragged === null) return;
      event.preventDefault();
      row.classList.add("tm-channel-target");
    };
    row.ondragleave = () => row.classList.remove("tm-channel-target");
    row.ondrop = (event) => {
      event.preventDefault();
      if (dragged !== null) channels.move(dragged, index);
    };
    grip.onkeydown = (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      const listed = found();
      const neighbour = listed[listed.indexOf(index) + by];
      if (neighbour === undefined) return;
      channels.move(index, neighbour);
      grip.focus();
    };
  };

  /* ---- the list ---------------------------------------------------------------------------------- */
  const filter = element("input", { type: "search", className: "form-control form-control-sm", placeholder: "Filter channels", "aria-label": "Filter channels" });
  const found = () => {
    const wanted = filter.value.trim().toLowerCase();
    const matches = ({ name, source }) => `${name}\n${source}`.toLowerCase().includes(wanted);
    return channels.list().filter((index) => matches(plot.view.recording.channels[index]));
  };
  const list = element("div", { className: "tm-channel-list" });
  const count = element("span", { className: "tm-channels-count" });
  const looks = element("div", { className: "tm-group", role: "group", "aria-label": "What the plot looks like" });
  const rest = button("", () => {
    all = true;
    show();
  });

  const show = () => {
    if (!isOpen() || !plot.view.recording) return;
    const wanted = found();
    const listed = all ? wanted : wanted.slice(0, AT_ONCE);
    for (const index of listed) if (!rows.has(index)) rows.set(index, channelRow(index));
    const nodes = listed.map((index) => rows.get(index).row);
    const same = nodes.length === list.children.length && nodes.every((node, place) => node === list.children[place]);
    if (!same) list.replaceChildren(...nodes);
    for (const index of listed) rows.get(index).update();
    rest.hidden = listed.length === wanted.length;
    rest.textContent = `List ${plural(wanted.length - listed.length, "more channel")}`;
    count.textContent = `${channels.shown().length} of ${channels.list().length.toLocaleString("en")} shown`;
    if (!wanted.length) list.replaceChildren(element("p", { className: "tm-channels-none" }, "No channel has this in its name."));
    showLooks();
  };
  const showLooks = () => {
    const offered = channels.looks();
    looks.hidden = offered.length < 2;
    looks.replaceChildren(
      ...offered.map((look) => {
        const on = channels.look === look;
        const made = button(LOOKS[look], () => chooseLook(look), { className: `tm-look ${on ? "tm-on" : ""}` });
        made.setAttribute("aria-pressed", String(on));
        return made;
      }),
    );
  };
  const chooseLook = (look) => {
    channels.setLook(look);
    looks.querySelector(".tm-on")?.focus();
    if (look !== "paper") return;
    plot.paper.enter();
    if (plot.paper.any()) return;
    const mine = { text: "All shown are in mV", run: () => (channels.setUnits("mV"), plot.paper.enter()) };
    shell.toast("No channel that is shown is in mV. Give one that unit in the list, or all of them at once.", "warning", { action: mine });
  };

  const build = (host) => {
    const close = element("button", { type: "button", className: "btn-close", "aria-label": "Close" });
    close.onclick = () => toggle(false);
    host.replaceChildren(
      element("div", { className: "tm-channels-head" }, element("h2", {}, "Channels"), count, close),
      looks,
      element(
        "div",
        { className: "tm-channels-tools" },
        button("All", () => channels.show(found(), true), { title: "Show all that are listed" }),
        button("None", () => channels.show(found(), false), { title: "Hide all that are listed" }),
        button("Stack all", () => channels.join(false), { title: "Each channel in a row of its own" }),
        button("Overlay all", () => channels.join(true), { title: "All shown channels in one row; those of one unit share its scale" }),
        button("Reset", channels.reset, { title: "As at first, for all files with these channels" }),
      ),
      filter,
      list,
      rest,
      element("datalist", { id: "channels-units" }, ...UNITS.map((value) => element("option", { value }))),
      element("p", { className: "tm-channels-note" }, "Kept for every file with the same channels. The file and what is saved stay as they are."),
    );
    filter.oninput = show;
  };
  /* Escape closes the panel from wherever one is, unless it is needed to cancel a mark. */
  plot.listen(document, "keydown", (event) => {
    if (event.key !== "Escape" || !isOpen() || document.querySelector(".modal.show")) return;
    if (plot.marks.start !== null && !panel().contains(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    toggle(false);
  }, true);
  const toggle = (wanted) => {
    const host = panel();
    if (!host) return;
    if (!host.firstChild) build(host);
    host.hidden = !wanted;
    const opener = byId("channels-button");
    opener.setAttribute("aria-expanded", String(wanted));
    opener.classList.toggle("tm-on", wanted);
    if (!wanted) return opener.focus();
    show();
    (channels.list().length > 12 ? filter : list.querySelector("input"))?.focus();
  };
  plot.actions.toggleChannels = () => toggle(!isOpen());
  shell.keys.define("channels", plot.actions.toggleChannels);
  plot.on("channels", ({ redraw }) => {
    if (!redraw) {
      rows = new Map();
      all = false;
      filter.value = "";
    }
    show();
  });
  plot.on("theme", show);
};
