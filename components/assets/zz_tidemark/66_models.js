/* The models there are (routes/models.py), and which one is chosen. `tm.model.chosen` is its id or null,
   `tm.model.current` all that is known of it; `model` is emitted when another one is chosen, or it has changed. */
(function () {
  "use strict";
  const tm = window.tidemark;

  const model = (tm.model = {
    chosen: null,
    list: [],
    state: null,
    get current() {
      return model.list.find(({ id }) => id === model.chosen) || null;
    },
    /** Everything there is, with the label classes of a set. */
    read: async (set) => take(await tm.ask(`/model-catalogue?set=${set ?? ""}`)),
    /** Choose a model for this and the next files; remembered. */
    choose: (id) => {
      model.chosen = id;
      tm.preferences.save("model", id);
      emit();
    },
  });

  let told = "";
  const emit = () => {
    const now = JSON.stringify([model.chosen, model.current]);
    if (now === told) return;
    told = now;
    tm.emit("model", model.current);
  };
  const take = (state) => {
    model.state = state;
    model.list = state.models;
    tm.emit("models", state);
    emit();
    return state;
  };

  /* Another tab, or a training, may have added, renamed or deleted one: each answer about labels says which list is the newest. */
  let asked = "";
  tm.on("answered", ({ models: version }) => {
    if (!model.state || [model.state.version, asked].includes(version)) return;
    asked = version;
    model.read(model.state.set).catch(() => (asked = ""));
  });

  /* What was chosen before is chosen again, as soon as it is known to exist. */
  let recalled = false;
  tm.on("models", async () => {
    if (recalled) return;
    recalled = true;
    const kept = await tm.preferences.load("model");
    if (model.chosen === null && typeof kept === "string") model.chosen = kept;
    tm.emit("models", model.state);
    emit();
  });
})();
