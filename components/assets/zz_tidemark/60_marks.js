/* Clicks in the plot, the pending mark, where the cursor is, and the label field.

   x is taken from the mouse event itself: Plotly's click data is the last hover, up to 60 px off after a fast move. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const STILL = 4; // px a press may wander and still be a click
  const { nearest } = tm;
  const marks = (tm.marks = { start: null, end: null, last: "", toExtremum: false });
  let press = null;

  const setMarks = (start, end) => {
    marks.start = start;
    marks.end = end;
    hint();
    tm.emit("marks");
  };
  /* Where a drawn point stands for many samples, or their steps are uneven, the server says which sample a mark is;
     the hint then is exact. */
  const settle = async (edge) => {
    const x = marks[edge];
    const { recording, part } = tm.view;
    if (!recording || !part || (part.n === 1 && tm.axis.sampleAt(x).sure)) return;
    try {
      const response = await fetch(`/sample/${recording.id}?x=${x}`);
      if (!response.ok || marks[edge] !== x || tm.view.recording !== recording) return;
      const sample = await response.json();
      tm.axis.told(sample.x, sample.index);
      marks[edge] = sample.x;
      hint();
      tm.emit("marks");
    } catch {
      /* without the server the mark stays where it was clicked; it is snapped when the label is kept */
    }
  };
  marks.complete = () => marks.start !== null && marks.end !== null;

  /* The nearest sample where samples are drawn one by one; the server snaps again, for all. */
  const snap = (x, event) => {
    const { part } = tm.view;
    if (marks.toExtremum && event && !event.altKey) x = extremum(x, event) ?? x;
    if (!part || part.n > 1 || !part.series.length) return x;
    const times = part.series[0].x;
    const index = nearest(times, tm.axis.toPlot(x));
    return index < 0 ? x : tm.axis.toServer(times[index]);
  };
  marks.snap = snap;
  const REACH = 10; // px around the cursor in which the nearest peak or trough is looked for
  /* The point of the line under the cursor that stands out most from the straight line through its surroundings. */
  const extremum = (x, event) => {
    const place = tm.overlay.geometry();
    const at = place.pixel(x);
    const series = tm.view.part && tm.view.seriesAt(at, event.clientY - tm.view.gd.getBoundingClientRect().top);
    if (!series) return null;
    const [from, to] = [at - REACH, at + REACH].map((pixel) => nearest(series.x, tm.axis.toPlot(place.x(pixel))));
    const line = (index) => series.y[from] + ((series.y[to] - series.y[from]) * (series.x[index] - series.x[from])) / (series.x[to] - series.x[from] || 1);
    let best = -1;
    for (let index = from + 1; index < to; index += 1) {
      const height = Math.abs(series.y[index] - line(index));
      if (best < 0 || height > Math.abs(series.y[best] - line(best))) best = index;
    }
    return best < 0 ? null : tm.axis.toServer(series.x[best]);
  };

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
      if (event.button !== 0 || !tm.view.gd || !tm.view.gd.contains(event.target)) return;
      const at = position(event);
      if (!at || !at.inside) return;
      if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
      press = { ...at, clientX: event.clientX, clientY: event.clientY, marking: false };
    },
    true,
  );
  document.addEventListener(
    "pointermove",
    (event) => {
      if (press && tm.view.drag === "mark" && !press.inLane && Math.abs(event.clientX - press.clientX) > STILL) {
        press.marking = true;
        setMarks(snap(press.x, event), null);
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
    const within = event.shiftKey;
    const pending = marks.start !== null && marks.end === null;
    if (pending && !at.inLane) return finish(at.x, event);
    const hit = tm.overlay.hit(at.px, at.py);
    const again = hit && !at.inLane && tm.labels.selection.has(hit.id);
    if (at.inLane || (hit && !within && !again)) {
      if (pending) return;
      return tm.labels.select(hit ? [hit.id] : [], "plot");
    }
    tm.labels.select([]);
    setMarks(snap(at.x, event), null);
    settle("start");
  };
  /** Set the start or the end of the mark where the cursor is. */
  marks.setEdge = (edge) => {
    if (tm.measure.on()) return tm.measure.setEdge(edge);
    const place = tm.overlay.geometry();
    if (tm.overlay.hover === null || !place) return tm.toast("Point at a place in the plot first.");
    const x = snap(place.x(tm.overlay.hover));
    if (edge === "start" && (marks.end === null || x > marks.end)) return setMarks(x, null);
    if (edge === "start") return setMarks(x, marks.end);
    if (marks.start === null) return tm.toast("Set the start first, with [ or a click.");
    return finish(x);
  };
  const finish = (x, event) => {
    const end = snap(x, event);
    setMarks(Math.min(marks.start, end), Math.max(marks.start, end));
    settle("start");
    settle("end");
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
    tm.enable("label-submit-button", marks.complete());
    tm.enable("label-cancel-button", start !== null);
    const field = tm.byId("label-field");
    field.placeholder = marks.last && marks.complete() ? `Enter repeats “${marks.last}”` : "Label";
  };

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
    const found = marks.complete() && document.activeElement === field ? suggestions().slice(0, 12) : [];
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
    if (event.target.id === "label-field") (chosen = -1), suggest();
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
      const onKey = !event.target.value && marks.complete() && tm.labels.classOnKey(event.key);
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
    const label = (name || "").trim() || marks.last;
    if (!marks.complete()) return tm.toast("Click a start and an end in the plot first.");
    if (!label) {
      tm.byId("label-field").focus();
      return tm.toast("Type a label, or press the key of a label class.");
    }
    marks.last = label;
    tm.labels.send({ kind: "add", id: tm.uuid(), x0: marks.start, x1: marks.end, label });
    cancel();
  };
  const cancel = () => {
    press = null;
    const field = tm.byId("label-field");
    if (field) {
      field.value = "";
      field.blur();
    }
    setMarks(null, null);
  };
  marks.submit = submit;
  marks.cancel = cancel;
  tm.actions.submit = () => submit(tm.byId("label-field").value);
  tm.actions.cancel = cancel;
  tm.actions.snapToExtremum = () => {
    marks.toExtremum = !marks.toExtremum;
    const button = tm.byId("label-snap-button");
    button.classList.toggle("tm-on", marks.toExtremum);
    button.setAttribute("aria-pressed", String(marks.toExtremum));
  };
  tm.on("mounted", () => tm.byId("label-snap-button")?.classList.toggle("tm-on", marks.toExtremum));

  tm.on("timeform", hint);
  tm.on("recording", () => {
    press = null;
    marks.start = marks.end = null;
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
    if (ids.every((id) => tm.labels.rows.get(id)?.label === name && tm.labels.rows.get(id).classId === known?.id)) return;
    tm.labels.change("relabel", ids, { label: name });
  };
  marks.useClass = useClass;
})();
