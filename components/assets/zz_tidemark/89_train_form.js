/* The form that trains a model, with every choice. What it would learn from, and why it cannot, is said at once by the
   server (services/training); what is chosen stays while the page is open. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { train } = tm;
  const QUIET = 200; // ms without a change before the server is asked again
  const FEWEST = 2; // segments of a class
  const BETWEEN = "between";
  const WORK = [
    [10, "10 seconds"],
    [30, "30 seconds"],
    [60, "1 minute"],
    [180, "3 minutes"],
    [600, "10 minutes"],
    [1800, "30 minutes"],
  ];

  const line = (title, ...content) => tm.element("fieldset", { className: "tm-train-line" }, tm.element("legend", {}, title), tm.element("div", { className: "tm-train-field" }, ...content));
  const hint = (words) => tm.element("p", { className: "tm-train-hint" }, words);
  const check = (words, checked, then, ...more) => {
    const box = tm.element("input", { type: "checkbox", className: "form-check-input", checked });
    box.onchange = () => then(box.checked);
    return tm.element("label", { className: "tm-dialog-check" }, box, ...(words instanceof Node ? [words] : [tm.element("span", {}, words)]), ...more);
  };
  /* Names left out: a class or channel that comes later is in. */
  const toggled = (out, name, then) => (on) => (out[on ? "delete" : "add"](name), then());

  /* ---- parts that depend on the files ------------------------------------------------------------------------ */
  const classRow = ({ name, color }, count, out, then) => {
    const swatch = tm.element("span", { className: "tm-swatch", "aria-hidden": "true" });
    swatch.style.background = color;
    const few = count < FEWEST ? tm.element("span", { className: "tm-train-few" }, `${FEWEST - count} more needed`) : "";
    return check(name, !out.has(name), toggled(out, name, then), swatch, tm.element("span", { className: "tm-count" }, tm.count(count, "segment")), few);
  };
  const free = (name, longest) => {
    const taken = (tm.model.list || []).map((one) => one.name.toLowerCase());
    let found = name;
    for (let number = 2; taken.includes(found.toLowerCase()); number += 1) found = `${name.slice(0, longest - String(number).length - 1).trimEnd()} ${number}`;
    return found;
  };
  const proposed = (names, longest) => {
    const plain = names.join(" ").replace(/[^\p{L}\p{M}\p{Nd} ]+/gu, " ").replace(/\s+/g, " ");
    return free([...plain].slice(0, longest).join("").trim() || "Trained model", longest);
  };

  /** The form; `begun(job)` is called when a training was queued, `close()` when it is not wanted any more. */
  train.form = (choices, { begun, close }) => {
    const [noClasses, noChannels, held] = [new Set(), new Set(), new Set()];
    const values = { unmarked: BETWEEN, judged: "choice", named: false };
    const classes = tm.element("div", { className: "tm-train-classes" });
    const channels = tm.element("div", { className: "tm-train-channels" });
    const judged = tm.element("div");
    const said = tm.element("div", { className: "tm-train-said", role: "status" });
    const problem = tm.element("p", { className: "tm-dialog-problem", role: "alert" });

    const mine = () => {
      const counts = train.marked(scope.files());
      return choices.classes.filter(({ name }) => counts.has(name)).map((one) => ({ ...one, count: counts.get(one.name) }));
    };
    const kept = () => mine().filter(({ name }) => !noClasses.has(name));
    const shared = () => train.common(scope.files());

    /* -- what is there to be chosen -- */
    const fillFiles = () => {
      classes.replaceChildren(...mine().map((one) => classRow(one, one.count, noClasses, changed)));
      const names = shared();
      const none = hint(scope.files().length ? "The files have no channel of one name; where they have as many, these are taken in their order." : "Choose files first.");
      channels.replaceChildren(...(names.length ? names.map((name) => check(name, !noChannels.has(name), toggled(noChannels, name, changed))) : [none]));
      const files = scope.files();
      for (const id of [...held]) if (!files.some((file) => file.id === id)) held.delete(id);
      const some = [
        ["choice", files.length > 1 ? "Whole files, about a quarter, where each class is in others too (best)" : "The later segments of the file", null],
        ["later", "The later segments of each file", null],
        ["files", "These files", train.tickFiles(files, held, changed, "Files to be judged on")],
      ];
      const offered = files.length > 1 ? some : some.slice(0, 1);
      if (!offered.some(([value]) => value === values.judged)) values.judged = "choice";
      judged.replaceChildren(
        train.radios("train-judged", offered, values.judged, (value) => {
          values.judged = value;
          changed();
        }),
        hint(files.length > 1 ? "Nothing of it is learnt from until the figures are known." : "With one file it is not known how the model does on others; label a second one to know."),
      );
    };
    const background = tm.element("input", { type: "text", className: "form-control form-control-sm", placeholder: "Name of the class", "aria-label": "Class of what is unlabelled", maxLength: 100 });
    background.oninput = () => changed();
    const unmarked = train.radios(
      "train-unmarked",
      [
        [BETWEEN, "Nothing, between labels that stand close together; else not known (best)", null],
        ["", "Not known: nothing is learnt from it", null],
        ["class", "A class of its own, everywhere", background],
      ],
      values.unmarked,
      (value) => {
        values.unmarked = value;
        changed();
      },
    );
    const seconds = tm.choice(WORK, 60, { "aria-label": "Time for the training" });
    const name = tm.element("input", { type: "text", className: "form-control form-control-sm", "aria-label": "Name of the model", autocomplete: "off" });
    const count = tm.element("span", { className: "tm-model-count", "aria-hidden": "true" });
    const wrong = tm.element("span", { className: "tm-field-problem", role: "alert" });
    const nameIs = (sentence) => {
      wrong.textContent = sentence;
      name.classList.toggle("is-invalid", Boolean(sentence));
      name.setAttribute("aria-invalid", String(Boolean(sentence)));
    };
    const counted = () => {
      const length = [...name.value.trim()].length;
      count.textContent = `${length} / ${choices.longest}`;
      count.classList.toggle("tm-over", length > choices.longest);
    };
    name.oninput = () => {
      values.named = name.value.trim() !== "";
      nameIs("");
      counted();
    };

    /* -- what is wanted, and what the server says of it -- */
    const wanted = () => {
      const files = scope.files();
      const names = shared().filter((one) => !noChannels.has(one));
      const judgedOn = values.judged === "files" ? files.filter(({ id }) => held.has(id)).map(({ path }) => path) : [];
      return {
        ...scope.wanted(),
        classes: kept().length < mine().length ? kept().map((one) => one.name) : [],
        channels: names.length < shared().length ? names : [],
        unmarked: values.unmarked === "class" ? background.value.trim() : values.unmarked,
        holdout: judgedOn,
        later: values.judged === "later",
        seconds: Number(seconds.value),
        name: name.value.trim(),
      };
    };
    /* What the server would not understand is said here. */
    const unclear = () => {
      if (!scope.files().length) return "Choose the files whose labels are to be learnt.";
      if (!kept().length) return "Choose the classes that are to be told apart.";
      if (shared().length && shared().every((one) => noChannels.has(one))) return "Choose a channel at least.";
      if (values.unmarked === "class" && !background.value.trim()) return "Name the class of what is unlabelled.";
      if (values.judged === "files" && !held.size) return "Choose the files it is judged on.";
      if (values.judged === "files" && held.size === scope.files().length) return "Every file is to be judged on; leave one to learn from.";
      return "";
    };
    const sentence = (words, kind) => tm.element("p", { className: `tm-train-${kind}` }, words);
    const tell = (reason, found) => {
      go.disabled = Boolean(reason);
      if (reason) return said.replaceChildren(sentence(reason, "reason"));
      const marked = Object.entries(found.marked).map(([one, segments]) => `${segments.toLocaleString("en")} ${one}`);
      const where = `${tm.count(found.recordings.length, "file")}, on ${found.channels.length === 1 ? "the channel" : "the channels"} ${found.channels.join(", ")}`;
      return said.replaceChildren(sentence(`Learns from ${marked.join(", ")} in ${where}.`, "learns"), ...found.warnings.map((words) => sentence(words, "warns")));
    };
    let [asked, timer] = [0, 0];
    const look = async () => {
      const own = ++asked;
      const reason = unclear();
      if (reason) return tell(reason);
      const found = await tm.post("/training/outlook", { wanted: wanted() }).catch((error) => ({ reason: error.message }));
      if (own === asked) tell(found.reason, found);
    };
    const changed = () => {
      if (!values.named) name.value = proposed(kept().map((one) => one.name), choices.longest);
      counted();
      problem.textContent = "";
      go.disabled = true;
      asked += 1; // an answer to what was wanted before says nothing any more
      clearTimeout(timer);
      timer = setTimeout(look, QUIET);
    };

    /* -- doing it -- */
    const cancel = tm.element("button", { type: "button", className: "btn btn-link" }, "Close");
    cancel.onclick = close;
    const go = tm.element("button", { type: "submit", className: "btn btn-primary", disabled: true }, "Start training");
    const start = async (event) => {
      event.preventDefault();
      if (go.disabled) return;
      go.disabled = true;
      try {
        const { job } = await tm.post("/training", { wanted: wanted() });
        values.named = false;
        await begun(job);
      } catch (error) {
        if (error.fields?.name) {
          nameIs(error.fields.name);
          name.focus();
        } else problem.textContent = error.message;
      }
      go.disabled = false;
    };
    const scope = train.scope(choices.files, () => {
      fillFiles();
      changed();
    });
    const form = tm.element(
      "form",
      { className: "tm-train-form" },
      tm.element("h2", {}, "Train a model"),
      tm.element("p", { className: "tm-train-hint" }, "It learns from accepted labels, and from rejected suggestions what a stretch is not. Open suggestions count for nothing."),
      line("Files", scope.node),
      line("Classes", classes),
      line("Unlabelled samples", unmarked),
      line("Channels", channels),
      line("Judged on", judged),
      line("Time", seconds, hint("For the whole training: one model to be judged, one that learns from everything and is kept.")),
      line("Name", tm.element("div", { className: "tm-train-name" }, name, count), wrong),
      tm.element("div", { className: "tm-train-foot" }, said, problem, tm.element("div", { className: "tm-train-buttons" }, cancel, go)),
    );
    form.onsubmit = start;
    fillFiles();
    changed();
    return form;
  };

  /** What is shown while nothing is labelled. */
  train.nothing = () =>
    tm.element(
      "div",
      { className: "tm-empty" },
      tm.element("i", { className: "bi bi-mortarboard", "aria-hidden": "true" }),
      tm.element("h2", {}, "No labels to learn from yet"),
      tm.element("p", {}, "Open a file, mark two or more segments of each of two classes, then come back here."),
      tm.element("p", {}, "Suggestions of a model count once they are accepted."),
    );
})();
