/* Functions of components/dialogs.py that must work while the server is unreachable. */
clientside.dialogs = {
  /** Close the dialog of the button that was clicked. */
  close: () => {
    const [clicked] = clientside.callback_context.triggered;
    if (!clicked?.value) return;
    const { dialog } = JSON.parse(clicked.prop_id.slice(0, clicked.prop_id.lastIndexOf(".")));
    clientside.set_props(dialog, { is_open: false });
  },
  /** Open or close the dialog of a button; the last argument is its state. */
  toggle: (...values) => (clientside.callback_context.triggered.length ? !values.at(-1) : clientside.no_update),
  /** After a change of the page: close open dialogs, remove messages of the previous page. */
  leave: (path, ...states) => {
    clientside.toasts.leave(path);
    const half = states.length / 2; // ids, then their open states
    states.slice(0, half).forEach((dialog, place) => states[half + place] && clientside.set_props(dialog, { is_open: false }));
  },
  /** Number of characters of a field and its maximum. */
  count: (value, limit) => {
    const length = [...(value || "").trim()].length;
    return [`${length} / ${limit}`, length > Number(limit) ? "tm-model-count tm-over" : "tm-model-count"];
  },
  /** An interval ticks again after each answer; if an answer was lost, every fifth heartbeat re-enables it. */
  keepTicking: (beat, disabled, id, ticks) => void (disabled || beat % 5 || clientside.set_props(id, { max_intervals: (ticks || 0) + 1 })),
  /** A proposed text, unless the user has typed another one: {text, earlier}. */
  untyped: (proposed, typed) => (proposed && ["", proposed.earlier].includes((typed ?? "").trim()) ? proposed.text : clientside.no_update),
  /** Focus the first invalid field. */
  focusWrong: (wrong, ids) => {
    const id = ids[wrong.indexOf(true)];
    if (id) document.getElementById(JSON.stringify(id, Object.keys(id).sort()))?.focus();
  },
};
/* Ctrl+Enter in a multi-line field submits its form. */
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, target }) => {
  if (key === "Enter" && (ctrlKey || metaKey) && target.matches?.(".modal form textarea")) target.form.requestSubmit();
});
/* Select the name to change, so that typing replaces it. */
document.addEventListener("focusin", ({ target }) => target.matches?.("input.tm-select-all") && target.select());
