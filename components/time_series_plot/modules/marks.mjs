/* Clicks in the plot, the pending mark, where the cursor is, and the label field.

   x is taken from the mouse event itself: Plotly's click data is the last hover, up to 60 px off after a fast move. */
import { shell } from "./bridge.mjs";
import { byId, element, enable, newUuid, plural } from "./dom.mjs";

export default (plot) => {
  const STILL = 4; // px a press may wander and still be a click
  const DOUBLE = 350; // ms in which a second click at the same place makes a double click
  const marks = (plot.marks = { start: null, end: null, channels: null });
  let press = null;
  let before = null; // the click before this one, where nothing came between

  const setMarks = (start, end) => {
    marks.start = start;
    marks.end = end;
    hint();
    plot.emit("marks");
  };
  /* Where a drawn point stands for many samples, or their steps are uneven, the server says which sample a mark is;
     the hint then is exact. Nothing is asked about a mark that became a label within a frame, nor twice. */
  const settle = async (edge, event) => {
    const x = marks[edge];
    const { recording, part } = plot.view;
    if (!recording || !part || !plot.snap.on(event) || plot.axis.knows(x) || (part.n === 1 && plot.axis.sampleAt(x).sure)) return;
    await new Promise(requestAnimationFrame);
    if (marks[edge] !== x || plot.view.recording !== recording) return;
    try {
      const response = await fetch(`/sample/${recording.id}?x=${x}`);
      const sample = await response.json();
      if (!response.ok || marks[edge] !== x || plot.view.recording !== recording) return; // looked at last: marks go on
      plot.axis.told(sample.x, sample.index);
      marks[edge] = sample.x;
      hint();
      plot.emit("marks");
    } catch {
      /* without the server the mark stays where it was clicked; it is snapped when the label is kept */
    }
  };
  marks.complete = () => marks.start !== null && marks.end !== null;

  /* ---- the mouse --------------------------------------------------------------------------------- */
  /** Where an event is in the plot: {px, py, x, inside, inLane}; null while there is none. */
  const position = (marks.position = (event) => {
    const { gd } = plot.view;
    const place = gd && gd.isConnected && plot.overlay.geometry();
    if (!place) return null;
    const box = gd.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const inside = px >= place.left && px <= place.right && py >= place.lane && py <= place.bottom;
    return { px, py, inside, inLane: py < place.top, x: place.x(Math.min(place.right, Math.max(place.left, px))) };
  });

  plot.listen(
    document,
    "pointerdown",
    (event) => {
      if (event.button !== 0 || !plot.view.gd || !plot.view.gd.contains(event.target)) return void (before = null);
      const at = position(event);
      if (!at || !at.inside) return void (before = null);
      if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
      press = { ...at, clientX: event.clientX, clientY: event.clientY, marking: false };
    },
    true,
  );
  plot.listen(
    document,
    "pointermove",
    (event) => {
      if (press && plot.view.drag === "mark" && !press.inLane && Math.abs(event.clientX - press.clientX) > STILL) {
        if (!press.marking) plot.scope.begin(press.py);
        press.marking = true;
        setMarks(plot.snap.place(press.x, event), null);
      }
      hover(event);
    },
    true,
  );
  plot.listen(
    document,
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
  plot.listen(document, "pointercancel", () => (press = null), true);

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
    const hit = plot.overlay.hit(at.px, at.py);
    if (event.ctrlKey || event.metaKey || (at.inLane && event.shiftKey)) return hit && toggle(hit.id);
    if (at.inLane || (hit && !event.shiftKey && !plot.labels.selection.has(hit.id))) {
      if (pending) return;
      return plot.labels.select(hit ? [hit.id] : [], "plot");
    }
    begin(at, event);
  };
  const toggle = (id) => {
    const others = [...plot.labels.selection].filter((one) => one !== id);
    plot.labels.select(plot.labels.selection.has(id) ? others : [...others, id], "plot");
  };
  const begin = (at, event) => {
    plot.labels.select([]);
    plot.scope.begin(at.py);
    setMarks(plot.snap.place(at.x, event), null);
    settle("start", event);
  };
  /* A double click marks one sample; its first click began a mark there, or selected a label. */
  const double = (at, event) => {
    if (marks.start === null || marks.end !== null) begin(at, event);
    ended(marks.start, event);
  };
  /** Set the start or the end of the mark where the cursor is. */
  marks.setEdge = (edge) => {
    if (plot.measure.on()) return plot.measure.setEdge(edge);
    const place = plot.overlay.geometry();
    if (plot.overlay.hover === null || !place) return shell.toast("Point at a place in the plot first.");
    const x = plot.snap.place(place.x(plot.overlay.hover));
    if (edge === "start" && marks.start === null) plot.scope.begin(plot.overlay.hoverY);
    if (edge === "start" && (marks.end === null || x > marks.end)) return setMarks(x, null);
    if (edge === "start") return setMarks(x, marks.end);
    if (marks.start === null) return shell.toast("Set the start first, with [ or a click.");
    return finish(x);
  };
  const finish = (x, event) => ended(plot.snap.place(x, event), event);
  const ended = (end, event) => {
    setMarks(Math.min(marks.start, end), Math.max(marks.start, end));
    settle("start", event);
    settle("end", event);
    const field = byId("label-field");
    field.value = "";
    field.focus();
    suggest();
  };

  /* ---- where the cursor is ----------------------------------------------------------------------- */
  const hover = (event) => {
    const at = position(event);
    const inside = at && at.inside && plot.view.gd.contains(event.target.closest ? event.target.closest(".js-plotly-plot") || event.target : null);
    const wanted = at && at.inside && (inside || press || event.target.classList?.contains("dragcover")) ? at.px : null;
    if (wanted === null && plot.overlay.hover === null) return;
    plot.overlay.hover = wanted;
    plot.overlay.hoverY = at ? at.py : null;
    plot.overlay.drawFront();
    plot.emit("hover", wanted === null ? null : at.x);
  };
  /** Say in the hint where the edges of a label are that is being dragged; null: nothing is. */
  marks.say = (x0, x1) => {
    if (x0 === null) return hint();
    const [start, end] = [Math.min(x0, x1), Math.max(x0, x1)];
    byId("label-hint").textContent = `${plot.timeText(start)} – ${plot.timeText(end)} (${plot.spanText(end - start)})`;
  };

  /* ---- the label field --------------------------------------------------------------------------- */
  const hint = () => {
    const place = byId("label-hint");
    if (!place) return;
    const { start, end } = marks;
    const words =
      start === null
        ? "Click a start in the plot"
        : end === null
          ? `Start ${plot.timeText(start)} – now click the end`
          : start === end
            ? `${plot.timeText(start)} (one sample)`
            : `${plot.timeText(start)} – ${plot.timeText(end)} (${plot.spanText(end - start)})`;
    marks.hint = place.textContent = words;
    place.title = words;
    enable("label-cancel-button", start !== null);
    ready();
  };
  /* The field is for what is marked, else for what is selected. */
  const relabels = () => marks.start === null && plot.labels.selection.size > 0;
  const ready = () => {
    const field = byId("label-field");
    if (!field) return;
    const count = plot.labels.selection.size;
    enable("label-submit-button", marks.complete() || (relabels() && field.value.trim() !== ""));
    field.placeholder = relabels()
      ? `Relabel ${count === 1 ? "it" : plural(count, "label")}`
      : plot.session.lastLabel && marks.complete()
        ? `Enter repeats “${plot.session.lastLabel}”`
        : "Label";
  };
  plot.on("selection", ready);

  const suggestions = () => marks.matching(byId("label-field").value);
  /** The label classes with a text in their names, those that begin with it first. */
  marks.matching = (text) => {
    const typed = text.trim().toLowerCase();
    const known = plot.labels.classes.filter(({ name }) => name.toLowerCase().includes(typed));
    return known.sort((a, b) => b.name.toLowerCase().startsWith(typed) - a.name.toLowerCase().startsWith(typed));
  };
  let chosen = -1;
  const suggest = () => {
    const [field, list] = [byId("label-field"), byId("label-suggestions")];
    const found = (marks.complete() || relabels()) && document.activeElement === field ? suggestions().slice(0, 12) : [];
    chosen = Math.min(chosen, found.length - 1);
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.setAttribute("aria-activedescendant", chosen >= 0 ? `label-suggestion-${chosen}` : "");
    list.replaceChildren(
      ...found.map(({ name, color, hotkey }, place) => {
        const swatch = element("span", { className: "tm-swatch" });
        swatch.style.background = color;
        const option = element("div", { className: "tm-suggestion", id: `label-suggestion-${place}`, role: "option" }, swatch, element("span", {}, name));
        if (hotkey) option.append(element("kbd", { className: "tm-key" }, hotkey));
        option.setAttribute("aria-selected", String(place === chosen));
        option.onpointerdown = (event) => (event.preventDefault(), submit(name));
        return option;
      }),
    );
  };
  plot.listen(document, "input", (event) => {
    if (event.target.id === "label-field") (chosen = -1), suggest(), ready();
  });
  plot.listen(document, "focusin", (event) => event.target.id === "label-field" && suggest());
  plot.on("classes", () => byId("label-field") && suggest()); // somebody else made one
  plot.listen(document, "focusout", (event) => {
    if (event.target.id === "label-field") (byId("label-suggestions").hidden = true), (chosen = -1);
  });
  plot.listen(
    document,
    "keydown",
    (event) => {
      if (event.target.id !== "label-field" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const found = suggestions().slice(0, 12);
      const onKey = !event.target.value && (marks.complete() || relabels()) && plot.labels.classOnKey(event.key);
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
    const label = (name || "").trim() || plot.session.lastLabel;
    if (!marks.complete()) return shell.toast("Click a start and an end in the plot first.");
    if (!label) {
      byId("label-field").focus();
      return shell.toast("Type a label, or press the key of a label class.");
    }
    plot.session.lastLabel = label;
    plot.labels.send({ kind: "add", id: newUuid(), x0: marks.start, x1: marks.end, label, channels: marks.channels });
    cancel();
  };
  const relabel = (name) => {
    if (!name) return byId("label-field").focus();
    cancel();
    useClass(name);
  };
  const cancel = () => {
    press = before = null;
    const field = byId("label-field");
    if (field) {
      field.value = "";
      field.blur();
    }
    marks.channels = null;
    setMarks(null, null);
  };
  marks.submit = submit;
  marks.cancel = cancel;
  plot.actions.submit = () => submit(byId("label-field").value);
  plot.actions.cancel = cancel;
  plot.on("timeform", hint);
  plot.on("recording", () => {
    press = null;
    marks.start = marks.end = marks.channels = null;
    requestAnimationFrame(() => {
      const field = byId("label-field");
      const combobox = { role: "combobox", "aria-expanded": "false", "aria-controls": "label-suggestions", "aria-autocomplete": "list" };
      for (const [name, value] of Object.entries(combobox)) field.setAttribute(name, value);
      hint();
    });
  });

  /** Label what is marked, or else relabel what is selected. */
  const useClass = (name) => {
    if (marks.complete()) return submit(name);
    const ids = [...plot.labels.selection];
    if (!ids.length) return shell.toast(`Click a start and an end, or select labels, to use “${name}”.`);
    const known = plot.labels.classNamed(name); // another set may have a class of the same name
    const is = (row) => row?.label === name && row.classId === known?.id && row.status === "accepted"; // a suggestion is accepted thereby
    if (ids.every((id) => is(plot.labels.rows.get(id)))) return;
    plot.labels.change("relabel", ids, { label: name });
  };
  marks.useClass = useClass;
};
