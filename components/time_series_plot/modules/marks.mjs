/* Clicks in the plot, the pending mark, the cursor, and the label field. x comes from the mouse event: Plotly's click
   data is the last hover, up to 60 px off after a fast move. */
import { STILL, byId, element, newUuid, plural, update } from "./dom.mjs";
import { chosenIn, suggestionsFor } from "./suggestions.mjs";

export default (plot) => {
  const still = ({ pointerType }) => (pointerType === "touch" ? 2 * STILL : STILL);
  const DOUBLE = 350; // ms in which a second click at the same place makes a double click
  const marks = (plot.marks = { start: null, end: null, channels: null });
  let press = null;
  let before = null; // the previous click, if nothing happened in between

  const setMarks = (start, end) => {
    Object.assign(marks, { start, end });
    hint();
    plot.emit("marks");
  };
  /* If a drawn point represents many samples, or steps are uneven, the server returns the sample of a mark, and the
     hint becomes exact. Nothing is requested for a mark that became a label within a frame, nor twice. */
  const settle = async (edge, event) => {
    const x = marks[edge];
    const { recording, part } = plot.view;
    if (!recording || !part || !plot.snap.on(event) || plot.axis.indices.has(x) || (part.n === 1 && plot.axis.sampleAt(x).sure)) return;
    await new Promise(requestAnimationFrame);
    const sample = marks[edge] === x && (await plot.askSample(x));
    if (!sample || marks[edge] !== x) return;
    marks[edge] = sample.x;
    hint();
    plot.emit("marks");
  };
  marks.complete = () => marks.start !== null && marks.end !== null;

  /* ---- the mouse --------------------------------------------------------------------------------- */
  /** Position of an event in the plot: {px, py, x, inside, inLane}; null without a plot. */
  const position = (marks.position = (event) => {
    const { gd } = plot.view;
    const place = gd && gd.isConnected && plot.overlay.geometry();
    if (!place) return null;
    const box = gd.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const inside = px >= place.left && px <= place.right && py >= place.lane && py <= place.bottom;
    return { px, py, inside, inLane: py < place.top, x: place.x(Math.min(place.right, Math.max(place.left, px))) };
  });

  /** Position of a press of the primary button inside the plot, else null. */
  marks.pressed = (event) => {
    const at = event.button === 0 && plot.view.gd?.contains(event.target) && position(event);
    return at && at.inside ? at : null;
  };

  plot.onPointer({
    down: (event) => {
      press = marks.pressed(event);
      if (!press) return void (before = null);
      document.activeElement?.blur();
    },
    move: (event) => {
      const at = press && plot.view.drag === "mark" && !press.inLane && position(event);
      if (at && Math.abs(at.px - press.px) > still(event)) {
        if (!press.marking) plot.scope.begin(press.py, press.px);
        press.marking = true;
        setMarks(plot.snap.place(press.x, event), null);
      }
      hover(event);
    },
    up: (event) => {
      if (!press) return;
      const from = press;
      press = null;
      const at = position(event);
      if (!at) return;
      if (from.marking) return finish(at.x, event);
      if (Math.hypot(at.px - from.px, at.py - from.py) <= still(event)) click(from, event);
    },
    cancel: () => (press?.marking && setMarks(null, null), (press = null)),
  });

  const click = (at, event) => {
    const again = before && !at.inLane && event.timeStamp - before.time < DOUBLE && Math.hypot(at.px - before.px, at.py - before.py) <= 2 * still(event) - 4;
    const doubled = again && before;
    before = again ? null : { time: event.timeStamp, px: at.px, py: at.py, finished: false };
    if (doubled) return doubled.finished ? undefined : double(at, event);
    const pending = marks.start !== null && marks.end === null;
    if (pending && !at.inLane) return (before.finished = true), finish(at.x, event);
    const hit = plot.overlay.hit(at.px, at.py);
    if (event.ctrlKey || event.metaKey || (at.inLane && event.shiftKey)) return hit && toggle(hit.id);
    if (at.inLane || (hit && !event.shiftKey && !plot.labels.selection.has(hit.id))) return pending || plot.labels.select(hit ? [hit.id] : [], "plot");
    begin(at, event);
  };
  const toggle = (id) => {
    const remaining = [...plot.labels.selection].filter((selected) => selected !== id);
    plot.labels.select(plot.labels.selection.has(id) ? remaining : [...remaining, id], "plot");
  };
  const begin = (at, event) => {
    plot.labels.select([]);
    plot.scope.begin(at.py, at.px);
    setMarks(plot.snap.place(at.x, event), null);
    settle("start", event);
  };
  /* A double click marks one sample; its first click began a mark there, or selected a label. */
  const double = (at, event) => {
    if (marks.start === null || marks.end !== null) begin(at, event);
    ended(marks.start, event);
  };
  /** Set the start or the end of the mark at the cursor. */
  marks.setEdge = (edge) => {
    const place = plot.overlay.geometry();
    if (plot.overlay.hover === null || !place) return plot.toast("Point at a place in the plot first.");
    if (plot.measure.on()) return plot.measure.setEdge(edge, place.x(plot.overlay.hover), place.top + 1);
    const x = plot.snap.place(place.x(plot.overlay.hover));
    if (edge === "start" && marks.start === null) plot.scope.begin(plot.overlay.hoverY);
    if (edge === "start" && (marks.end === null || x > marks.end)) return setMarks(x, null);
    if (edge === "start") return setMarks(x, marks.end);
    if (marks.start === null) return plot.toast("Set the start first, with [ or a click.");
    return finish(x);
  };
  plot.actions["mark-whole"] = () => {
    const { first, last } = plot.view.recording;
    plot.labels.select([]);
    plot.scope.begin(plot.overlay.hoverY ?? 0);
    ended(last, undefined, first);
  };
  const finish = (x, event) => ended(plot.snap.place(x, event), event);
  let pointed = false; // the pointer made the mark, not keys
  const ended = (end, event, start = marks.start) => {
    pointed = Boolean(event);
    setMarks(Math.min(start, end), Math.max(start, end));
    settle("start", event);
    settle("end", event);
    const field = byId("label-field");
    field.value = "";
    field.focus();
    suggest();
  };

  /* ---- cursor and hint --------------------------------------------------------------------------- */
  const hover = (event) => {
    const at = position(event);
    const inside = at && at.inside && plot.view.gd.contains(event.target.closest ? event.target.closest(".js-plotly-plot") || event.target : null);
    const pixel = at && at.inside && (inside || press || event.target.classList?.contains("dragcover")) ? at.px : null;
    if (pixel === null && plot.overlay.hover === null) return;
    plot.overlay.hover = pixel;
    plot.overlay.hoverY = at ? at.py : null;
    plot.overlay.drawFront();
    plot.emit("hover", pixel === null ? null : at.x);
  };
  /** Show the edges of a dragged label in the hint; null: no drag. */
  marks.say = (x0, x1) => (x0 === null ? hint() : update("label-hint", { textContent: between(Math.min(x0, x1), Math.max(x0, x1)) }));
  const between = (start, end) => `${plot.timeText(start)} – ${plot.timeText(end)} (${plot.spanText(end - start)})`;

  /* ---- the label field --------------------------------------------------------------------------- */
  const words = ({ start, end }) => {
    if (start === null) return "Click a start in the plot";
    if (end === null) return `Start ${plot.timeText(start)} – now click the end`;
    return start === end ? `${plot.timeText(start)} (one sample)` : between(start, end);
  };
  const hint = () => {
    const textContent = words(marks);
    update("label-hint", { textContent, title: textContent });
    update("label-cancel-button", { disabled: marks.start === null });
    ready();
  };
  /* The field applies to the mark, else to the selected labels. */
  const relabels = () => marks.start === null && plot.labels.selection.size > 0;
  const ready = () => {
    const field = byId("label-field");
    if (!field) return;
    const count = plot.labels.selection.size;
    update("label-submit-button", { disabled: !marks.complete() && !(relabels() && field.value.trim()) });
    field.placeholder = relabels()
      ? `Relabel ${count === 1 ? "it" : plural(count, "label")}`
      : plot.session.lastLabel && marks.complete()
        ? `Enter repeats “${plot.session.lastLabel}”`
        : "Label";
  };
  plot.on("selection", ready);

  /* Suggest label classes for the mark or the selection. */
  let suggestions = null;
  let served = null; // the field with suggestions
  const suggest = () => suggestions?.fetch();
  const suggested = () => (marks.complete() || relabels() ? plot.labels.classes : []);
  plot.listen(document, "focusin", ({ target }) => {
    if (target.id !== "label-field" || target === served) return;
    served = target;
    const list = element("div", { className: "tm-suggestions", id: "label-suggestions" });
    target.parentElement.append(list);
    suggestions = suggestionsFor(target, list, suggested, submit, { keys: true });
    suggest();
  });
  plot.on("closed", () => suggestions?.destroy());
  plot.listen(document, "input", ({ target: { id, value, maxLength } }) => {
    if (id !== "label-field") return;
    if (value.length === maxLength) plot.toast(`A label has at most ${maxLength} characters.`);
    ready();
  });
  let clicked = false; // focus the field: a digit there begins a name and is not the key of a class
  plot.hearFirst("pointerdown", ({ target }) => ([clicked, taken] = [target.id === "label-field", null]));
  plot.on("classes", () => document.activeElement === byId("label-field") && suggest()); // created by another user
  /* The digit of a class labels at once. Letters right after it continue a name ("2nd degree"): the label is undone. */
  const PAUSE = 700; // ms
  let taken = null; // the label of a digit, for a mark made by pointer
  const takeKey = ({ key, timeStamp }, name) => {
    const { start, end, channels } = marks;
    taken = { key, start, end, channels, until: pointed && marks.complete() ? timeStamp + PAUSE : 0, uuid: submit(name) };
  };
  plot.hearFirst("keydown", (event) => {
    const { key, start, end, channels, until = 0, uuid } = taken || {};
    taken = null;
    if (event.timeStamp > until || !/^[\p{L}\p{N} -]$/u.test(event.key) || event.ctrlKey || event.metaKey || event.altKey || plot.review.acting()) return;
    event.stopPropagation(); // the letter goes into the field
    plot.labels.undoLast(uuid);
    marks.channels = channels;
    setMarks(start, end);
    Object.assign(byId("label-field"), { value: key }).focus();
  });
  plot.hearFirst("keydown", (event) => {
    if (event.target.id !== "label-field" || event.ctrlKey || event.metaKey || event.altKey) return;
    const onKey = !clicked && !event.target.value && (marks.complete() || relabels()) && plot.labels.classOnKey(event.key);
    if (onKey) takeKey(event, onKey.name);
    else if (event.key === "Enter") submit(chosenIn(byId("label-suggestions")) ?? event.target.value);
    else if (event.key === "Escape") cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const submit = (name) => {
    if (relabels()) return relabel((name || "").trim());
    const label = (name || "").trim() || plot.session.lastLabel;
    if (!marks.complete()) return plot.toast("Click a start and an end in the plot first.");
    if (!label) return byId("label-field").focus(), plot.toast("Type a label, or press the key of a label class.");
    plot.session.lastLabel = label;
    const uuid = plot.labels.send({ kind: "add", id: newUuid(), x0: marks.start, x1: marks.end, label, channels: marks.channels });
    cancel();
    return uuid;
  };
  const relabel = (name) => (name ? (cancel(), useClass(name)) : byId("label-field").focus());
  const cancel = () => {
    press = before = null;
    const field = byId("label-field");
    if (field) (field.value = ""), field.blur();
    marks.channels = null;
    setMarks(null, null);
    suggest();
  };
  plot.actions["use-class"] = (name) => useClass(name);
  plot.on("timeform", hint);
  plot.on("recording", () => {
    press = null;
    marks.start = marks.end = marks.channels = null;
    requestAnimationFrame(hint);
  });

  /** Label the mark, or else relabel the selected labels. */
  const useClass = (name) => {
    if (marks.complete()) return submit(name);
    const ids = [...plot.labels.selection];
    if (!ids.length) return plot.toast(`Click a start and an end, or select labels, to use “${name}”.`);
    const labelClass = plot.labels.classNamed(name); // another set may have a class of the same name
    const is = (row) => row?.label === name && row.classId === labelClass?.id && row.status === "accepted"; // this accepts a suggestion
    if (ids.every((id) => is(plot.labels.rows.get(id)))) return;
    plot.labels.change("relabel", ids, { label: name });
  };
  Object.assign(marks, { submit, cancel, useClass });
};
