/* The form that adds a model: name, file, short description, remarks, each with its limit and what is wrong with it;
   progress and Cancel while the file is sent and looked into. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const LIMITS = { name: 30, short_description: 30, remarks: 300 };
  const NOT_OF_NAMES = /[^\p{L}\p{M}\p{Nd} ]+/gu;

  /** A control under its name, with room for its count and for what is wrong with it. */
  const entry = (field, name, control, hint = "") => {
    const count = tm.element("span", { className: "tm-model-count", "aria-hidden": "true" });
    const problem = tm.element("span", { className: "tm-field-problem", id: `tm-model-problem-${field}`, role: "alert" });
    const head = tm.element("span", { className: "tm-model-field-head" }, tm.element("span", {}, name), count);
    const node = tm.element("label", { className: "tm-dialog-field" }, head, control);
    if (hint) node.append(tm.element("small", { className: "tm-count" }, hint));
    node.append(problem);
    control.name = field;
    control.setAttribute("aria-describedby", problem.id);
    const counted = () => {
      const limit = LIMITS[field];
      if (!limit) return;
      const length = [...control.value.trim()].length;
      count.textContent = `${length} / ${limit}`;
      count.classList.toggle("tm-over", length > limit);
    };
    const say = (sentence) => {
      problem.textContent = sentence || "";
      control.classList.toggle("is-invalid", Boolean(sentence));
      control.setAttribute("aria-invalid", String(Boolean(sentence)));
    };
    control.addEventListener("input", () => (counted(), say("")));
    counted();
    return { node, control, say, counted };
  };
  const text = (value = "", more = {}) => tm.element("input", { type: "text", className: "form-control form-control-sm", value, autocomplete: "off", ...more });
  const fieldsOf = (values) => ({
    name: entry("name", "Name", text(values.name), "Letters, digits and spaces"),
    short_description: entry("short_description", "Short description", text(values.short_description)),
    remarks: entry("remarks", "Remarks", tm.element("textarea", { className: "form-control form-control-sm", rows: 3, value: values.remarks || "" })),
  });
  const saidIn = (fields) => ({ name: fields.name.control.value, short_description: fields.short_description.control.value, remarks: fields.remarks.control.value });
  /* Sentences stand at their fields; the first of these has the focus. */
  const sayAll = (fields, error) => {
    const wrong = Object.entries(error.fields || {}).filter(([field]) => fields[field]);
    if (!wrong.length) throw error;
    for (const [field, sentence] of wrong) fields[field].say(sentence);
    fields[wrong[0][0]].control.focus();
    throw new Error(""); // the dialog stays, and says nothing more
  };

  /* ---- adding ------------------------------------------------------------------------------------------ */
  const progress = () => {
    const bar = tm.element("div", { className: "progress-bar" });
    const track = tm.element("div", { className: "progress", role: "progressbar", "aria-label": "Adding the model" }, bar);
    const words = tm.element("p", { className: "tm-count", role: "status" });
    const node = tm.element("div", { className: "tm-model-progress", hidden: true }, words, track);
    const tell = (said, share) => {
      words.textContent = said;
      bar.style.width = share === null ? "100%" : `${share * 100}%`;
      for (const name of ["progress-bar-striped", "progress-bar-animated"]) bar.classList.toggle(name, share === null);
      if (share === null) track.removeAttribute("aria-valuenow");
      else track.setAttribute("aria-valuenow", Math.round(share * 100));
    };
    return { node, tell };
  };
  const dropping = (dialog, input) => {
    const over = (event) => {
      if (input.disabled || ![...(event.dataTransfer?.types || [])].includes("Files")) return;
      event.preventDefault();
      event.stopPropagation();
      dialog.classList.toggle("tm-dropping", event.type === "dragover");
      if (event.type !== "drop") return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change"));
    };
    for (const type of ["dragover", "dragleave", "drop"]) dialog.addEventListener(type, over);
  };

  tm.actions.addModel = () => {
    const input = tm.element("input", { type: "file", accept: ".pth", className: "form-control form-control-sm" });
    const { name, short_description, remarks } = fieldsOf({});
    const fields = { file: entry("file", "Checkpoint", input, "The .pth file that torch.save wrote; choose it or drop it here"), name, short_description, remarks };
    const shown = progress();
    let sender = null;
    let proposed = ""; // the name, after the file that was chosen before
    const busy = (on) => {
      shown.node.hidden = !on;
      for (const { control } of Object.values(fields)) control.disabled = on;
    };
    input.onchange = () => {
      fields.file.say("");
      const [file] = input.files;
      if (!file || !["", proposed].includes(name.control.value)) return; // somebody typed a name
      name.control.value = proposed = [...file.name.replace(/\.pth$/i, "").replace(NOT_OF_NAMES, " ").trim()].slice(0, LIMITS.name).join("");
      name.counted();
      name.say("");
    };
    const run = async () => {
      const [file] = input.files;
      for (const field of Object.values(fields)) field.say("");
      const said = saidIn(fields);
      busy(true);
      shown.tell("Checking…", null);
      sender = tm.modelSender(file || new File([], ""), said, shown.tell);
      try {
        const id = await sender.run();
        sender = null;
        if (id) await added(id);
      } catch (error) {
        sender = null;
        busy(false);
        sayAll(fields, error);
      }
    };
    const body = [...Object.values(fields).map(({ node }) => node), shown.node];
    const dialog = tm.dialog({ title: "Add a model", body, submit: "Add", run });
    dialog.classList.add("tm-model-dialog");
    dropping(dialog, input);
    dialog.oncancel = (event) => sender && event.preventDefault(); // Escape shall not throw away what is on its way
    dialog.addEventListener("close", () => stop(sender, name.control.value));
    input.focus();
  };
  const stop = async (sender, name) => {
    if (!sender) return;
    const answer = await sender.cancel().catch(() => ({}));
    if (answer.state === "added") await added(answer.model);
    else tm.toast(`Adding “${name}” was cancelled.`);
  };
  const added = async (id) => {
    const { models } = await tm.model.read(tm.model.state?.set);
    const made = models.find((one) => one.id === id);
    if (!made) return;
    tm.model.choose(id);
    tm.emit("modeladded", made);
    tm.toast(`Added “${made.name}”: ${made.architecture}, ${tm.count(made.classes.length, "class", "classes")}.`, "success");
  };
})();
