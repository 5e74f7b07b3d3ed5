/* Until training and review have moved to Python: the models there are, and which one is chosen, for their scripts.
   `model` is emitted when another one is chosen, or it has changed. */
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
    read: async (set) => take(await tm.ask(`/model-catalogue?set=${set ?? ""}`)),
    /** Choose a model for this and the next files; remembered. */
    choose: (id) => {
      tm.preferences.save("model", id);
      tm.set("shell-model", { data: id });
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
  tm.actions.modelChosen = (id) => {
    model.chosen = id || null;
    emit();
  };
  tm.actions.modelsChanged = () => void model.read().catch(() => undefined); // the banner of the page says it
})();
