/* Which channel of the file stands for which the model takes, where names differ or there are more of them. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { autolabel: auto } = tm;

  /** Let the user choose; `then` is called when the choice is kept. */
  auto.chooseChannels = (fit, then) => {
    const { names, features } = fit;
    const first = (feature, place) => {
      const named = names.findIndex((name) => name.toLowerCase() === feature.toLowerCase());
      return fit.channels[place] ?? (feature && named >= 0 ? named : Math.min(place, names.length - 1));
    };
    const selects = features.map((feature, place) => tm.choice(names.map((name, index) => [index, name]), first(feature, place)));
    const fields = features.map((feature, place) => tm.field(feature || `Channel ${place + 1} of the model`, selects[place]));
    const intro = tm.element("p", {}, `The model takes ${tm.count(features.length, "channel")}, in this order. The choice holds for every file that has channels of these names.`);
    const own = tm.element("button", { type: "button", className: "btn btn-sm btn-link tm-autolabel-own" }, "As the model says");
    own.onclick = async () => {
      try {
        await tm.ask(`/runs/fit?model=${encodeURIComponent(fit.model)}`, { method: "DELETE" });
        own.closest("dialog").close();
        then();
      } catch (error) {
        tm.toast(error.message, "error");
      }
    };
    tm.dialog({
      title: "Channels for the model",
      body: [intro, ...fields, own],
      submit: "Take these",
      run: async () => {
        const channels = selects.map(({ value }) => Number(value));
        if (new Set(channels).size < channels.length) throw new Error("A channel is chosen twice.");
        await tm.post("/runs/fit", { model: fit.model, recording: fit.recording, channels });
        then();
      },
    });
  };
})();
