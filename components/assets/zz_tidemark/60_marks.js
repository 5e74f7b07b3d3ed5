/* Clicks in the plot, the pending mark, where the cursor is, and the label field.

   x is taken from the mouse event itself: Plotly's click data is the last hover, up to 60 px off after a fast move. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const STILL = 4; // px a press may wander and still be a click
  const DOUBLE = 350; // ms in which a second click at the same place makes a double click
  const marks = (tm.marks = { start: null, end: null, channels: null, last: "" });
  let press = null;
  let before = null; // the click before this one, where nothing came between

  const setMarks = (start, end) => {
    marks.start = start;
    marks.end = end;
    hint();
    tm.emit("marks");
  };
  /* Where a drawn point stands for many samples, or their steps are uneven, the server says which sample a mark is;
     the hint then is exact. Nothing is asked about a mark that became a label within a frame, nor twice. */
  const settle = async (edge, event) => {
    const x = marks[edge];
    const { recording, part } = tm.view;
    if (!recording || !part || !tm.snap.on(event) || tm.axis.knows(x) || (part.n === 1 && tm.axis.sampleAt(x).sure)) return;
    await new Promise(requestAnimationFrame);
    if (marks[edge] !== x || tm.view.recording !== recording) return;
    try {
      const response = await fetch(`/sample/${recording.id}?x=${x}`);
      const sample = await response.json();
      if (!response.ok || marks[edge] !== x || tm.view.recording !== recording) return; // looked at last: marks go on
      tm.axis.told(sample.x, sample.index);
      marks[edge] = sample.x;
      hint();
      tm.emit("marks");
    } catch {
      /* without the server the mark stays where it was clicked; it is snapped when the label is kept */
    }
  };
  marks.complete = () => marks.start !== null && marks.end !== null;

  /* ---- the mouse --------------------------------------------------------------------------------- */
  /** Where an event is in the plot: {px, py, x, inside, inLane}; null while there is none. */
  const position = (marks.position = (event) => {
    const { gd } = tm.view;
    const place = gd && gd.isConnected && tm.overlay.geometry();
    if (!place) return null;
    const box = gd.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const inside = px >= place.left && px <= place.right && py >= place.lane && py <= place.bottom;
    return { px, py, inside, inLane: py < place.top, x: place.x(Math.min(place.right, Math.max(place.left, px))) };
  });

  document.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0 || !tm.view.gd || !tm.view.gd.contains(event.target)) return void (before = null);
      const at = position(event);
      if (!at || !at.inside) return void (before = null);
      if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
      press = { ...at, clientX: event.clientX, clientY: event.clientY, marking: false };
    },
    true,
  );
  document.addEventListener(
    "pointermove",
    (event) => {
      if (press && tm.view.drag === "mark" && !press.inLane && Math.abs(event.clientX - press.clientX) > STILL) {
        if (!press.marking) tm.scope.begin(press.py);
        press.marking = true;
        setMarks(tm.snap.place(press.x, event), null);
      }
      hover(event);
    },
    true,
  );
  document.addEventListener(
    "pointerup",
    (event) => {
      if (!press) return;
      const from = press;
      press = null;
      const at = position(event);
      if (!at) return;
      if (from.marking) return finish(at.x, event);
      const moved = Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY);
      if (moved <= STILL) click(from, event);
    },
    true,
  );
  document.addEventListener("pointercancel", () => (press = null), true);

  const click = (at, event) => {
    const again = before && !at.inLane && event.timeStamp - before.time < DOUBLE && Math.hypot(at.px - before.px, at.py - before.py) <= STILL;
    const doubled = again && before;
    before = again ? null : { time: event.timeStamp, px: at.px, py: at.py, finished: false };
    if (doubled) return doubled.finished ? undefined : double(at, event);
    const pending = marks.start !== null && marks.end === null;
    if (pending && !at.inLane) {
      before.finished = true;
      return finish(at.x, event);
    }
    const hit = tm.overlay.hit(at.px, at.py);
    if (event.ctrlKey || event.metaKey || (at.inLane && event.shiftKey)) return hit && toggle(hit.id);
    if (at.inLane || (hit && !event.shiftKey && !tm.labels.selection.has(hit.id))) {
      if (pending) return;
      return tm.labels.select(hit ? [hit.id] : [], "plot");
    }
    begin(at, event);
  };
  const toggle = (id) => {
    const others = [...tm.labels.selection].filter((one) => one !== id);
    tm.labels.select(tm.labels.selection.has(id) ? others : [...others, id], "plot");
  };
  const begin = (at, event) => {
    tm.labels.select([]);
    tm.scope.begin(at.py);
    setMarks(tm.snap.place(at.x, event), null);
    settle("start", event);
  };
  /* A double click marks one sample; its first click began a mark there, or selected a label. */
  const double = (at, event) => {
    if (marks.start === null || marks.end !== null) begin(at, event);
    ended(marks.start, event);
  };
  /** Set the start or the end of the mark where the cursor is. */
  marks.setEdge = (edge) => {
    if (tm.measure.on()) return tm.measure.setEdge(edge);
    const place = tm.overlay.geometry();
    if (tm.overlay.hover === null || !place) return tm.toast("Point at a place in the plot first.");
    const x = tm.snap.place(place.x(tm.overlay.hover));
    if (edge === "start" && marks.start === null) tm.scope.begin(tm.overlay.hoverY);
    if (edge === "start" && (marks.end === null || x > marks.end)) return setMarks(x, null);
    if (edge === "start") return setMarks(x, marks.end);
    if (marks.start === null) return tm.toast("Set the start first, with [ or a click.");
    return finish(x);
  };
  const finish = (x, event) => ended(tm.snap.place(x, event), event);
  const ended = (end, event) => {
    setMarks(Math.min(marks.start, end), Math.max(marks.start, end));
    settle("start", event);
    settle("end", event);
    const field = tm.byId("label-field");
    field.value = "";
    field.focus();
    suggest();
  };

  /* ---- where the cursor is ----------------------------------------------------------------------- */
  const hover = (event) => {
    const at = position(event);
    const inside = at && at.inside && tm.view.gd.contains(event.target.closest ? event.target.closest(".js-plotly-plot") || event.target : null);
    const wanted = at && at.inside && (inside || press || event.target.classList?.contains("dragcover")) ? at.px : null;
    if (wanted === null && tm.overlay.hover === null) return;
    tm.overlay.hover = wanted;
    tm.overlay.hoverY = at ? at.py : null;
    tm.overlay.drawFront();
    tm.emit("hover", wanted === null ? null : at.x);
  };
  /** Say in the hint where the edges of a label are that is being dragged; null: nothing is. */
  marks.say = (x0, x1) => {
    if (x0 === null) return hint();
    const [start, end] = [Math.min(x0, x1), Math.max(x0, x1)];
    tm.byId("label-hint").textContent = `${tm.timeText(start)} – ${tm.timeText(end)} (${tm.spanText(end - start)})`;
  };

  /* ---- the label field --------------------------------------------------------------------------- */
  const hint = () => {
    const place = tm.byId("label-hint");
    if (!place) return;
    const { start, end } = marks;
    const words =
      start === null
        ? "Click a start in the plot"
        : end === null
          ? `Start ${tm.timeText(start)} – now click the end`
          : start === end
            ? `${tm.timeText(start)} (one sample)`
            : `${tm.timeText(start)} – ${tm.timeText(end)} (${tm.spanText(end - start)})`;
    place.textContent = words;
    place.title = words;
    tm.enable("label-cancel-button", start !== null);
    ready();
  };
  /* The field is for what is marked, else for what is selected. */
  const relabels = () => marks.start === null && tm.labels.selection.size > 0;
  const ready = () => {
    const field = tm.byId("label-field");
    if (!field) return;
    const count = tm.labels.selection.size;
    tm.enable("label-submit-button", marks.complete() || (relabels() && field.value.trim() !== ""));
    field.placeholder = relabels()
      ? `Relabel ${count === 1 ? "it" : tm.count(count, "label")}`
      : marks.last && marks.complete()
        ? `Enter repeats “${marks.last}”`
        : "Label";
  };
  tm.on("selection", ready);

  const suggestions = () => marks.matching(tm.byId("label-field").value);
  /** The label classes with a text in their names, those that begin with it first. */
  marks.matching = (text) => {
    const typed = text.trim().toLowerCase();
    const known = tm.labels.classes.filter(({ name }) => name.toLowerCase().includes(typed));
    return known.sort((a, b) => b.name.toLowerCase().startsWith(typed) - a.name.toLowerCase().startsWith(typed));
  };
  let chosen = -1;
  const suggest = () => {
    const [field, list] = [tm.byId("label-field"), tm.byId("label-suggestions")];
    const found = (marks.complete() || relabels()) && document.activeElement === field ? suggestions().slice(0, 12) : [];
    chosen = Math.min(chosen, found.length - 1);
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.setAttribute("aria-activedescendant", chosen >= 0 ? `label-suggestion-${chosen}` : "");
    list.replaceChildren(
      ...found.map(({ name, color, hotkey }, place) => {
        const swatch = tm.element("span", { className: "tm-swatch" });
        swatch.style.background = color;
        const option = tm.element("div", { className: "tm-suggestion", id: `label-suggestion-${place}`, role: "option" }, swatch, tm.element("span", {}, name));
        if (hotkey) option.append(tm.element("kbd", { className: "tm-key" }, hotkey));
        option.setAttribute("aria-selected", String(place === chosen));
        option.onpointerdown = (event) => (event.preventDefault(), submit(name));
        return option;
      }),
    );
  };
  document.addEventListener("input", (event) => {
    if (event.target.id === "label-field") (chosen = -1), suggest(), ready();
  });
  document.addEventListener("focusin", (event) => event.target.id === "label-field" && suggest());
  document.addEventListener("focusout", (event) => {
    if (event.target.id === "label-field") (tm.byId("label-suggestions").hidden = true), (chosen = -1);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.target.id !== "label-field" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const found = suggestions().slice(0, 12);
      const onKey = !event.target.value && (marks.complete() || relabels()) && tm.labels.classOnKey(event.key);
      if (onKey) submit(onKey.name);
      else if (event.key === "Enter") submit(chosen >= 0 ? found[chosen].name : event.target.value);
      else if (event.key === "Escape") cancel();
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        chosen = Math.max(-1, Math.min(found.length - 1, chosen + (event.key === "ArrowDown" ? 1 : -1)));
        suggest();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  const submit = (name) => {
    if (relabels()) return relabel((name || "").trim());
    const label = (name || "").trim() || marks.last;
    if (!marks.complete()) return tm.toast("Click a start and an end in the plot first.");
    if (!label) {
      tm.byId("label-field").focus();
      return tm.toast("Type a label, or press the key of a label class.");
    }
    marks.last = label;
    tm.labels.send({ kind: "add", id: tm.uuid(), x0: marks.start, x1: marks.end, label, channels: marks.channels });
    cancel();
  };
  const relabel = (name) => {
    if (!name) return tm.byId("label-field").focus();
    cancel();
    useClass(name);
  };
  const cancel = () => {
    press = before = null;
    const field = tm.byId("label-field");
    if (field) {
      field.value = "";
      field.blur();
    }
    marks.channels = null;
    setMarks(null, null);
  };
  marks.submit = submit;
  marks.cancel = cancel;
  tm.actions.submit = () => submit(tm.byId("label-field").value);
  tm.actions.cancel = cancel;
  tm.on("timeform", hint);
  tm.on("recording", () => {
    press = null;
    marks.start = marks.end = marks.channels = null;
    requestAnimationFrame(() => {
      const field = tm.byId("label-field");
      const combobox = { role: "combobox", "aria-expanded": "false", "aria-controls": "label-suggestions", "aria-autocomplete": "list" };
      for (const [name, value] of Object.entries(combobox)) field.setAttribute(name, value);
      hint();
    });
  });

  /** Label what is marked, or else relabel what is selected. */
  const useClass = (name) => {
    if (marks.complete()) return submit(name);
    const ids = [...tm.labels.selection];
    if (!ids.length) return tm.toast(`Click a start and an end, or select labels, to use “${name}”.`);
    const known = tm.labels.classNamed(name); // another set may have a class of the same name
    const is = (row) => row?.label === name && row.classId === known?.id && row.status === "accepted"; // a suggestion is accepted thereby
    if (ids.every((id) => is(tm.labels.rows.get(id)))) return;
    tm.labels.change("relabel", ids, { label: name });
  };
  marks.useClass = useClass;
})();
