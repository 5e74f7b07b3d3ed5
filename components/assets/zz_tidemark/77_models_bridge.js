/* Until adding a model has moved to Python: the page of models, which Python draws, shows the model that was added. */
(function () {
  "use strict";
  const tm = window.tidemark;
  tm.on("modeladded", ({ id }) => {
    if (!tm.byId("models-list")) return;
    tm.set("models-shown", { data: id });
    tm.set("models-address", { data: `/models?model=${id}` });
    tm.set("train-view", { data: null });
  });
})();
