/* Dialogs of components/dialogs.py: what of them must work while the server is away. */
clientside.dialogs = {
  /** Close the dialog of the button that was clicked. */
  close: () => {
    const [clicked] = clientside.callback_context.triggered;
    if (!clicked?.value) return;
    const { dialog } = JSON.parse(clicked.prop_id.slice(0, clicked.prop_id.lastIndexOf(".")));
    clientside.set_props(dialog, { is_open: false });
  },
  /** Open the dialog of a button, or close it; its state is the last of the values. */
  toggle: (...values) => (clientside.callback_context.triggered.length ? !values.at(-1) : clientside.no_update),
  /** On another page: close open dialogs and remove the messages of the previous page. */
  leave: (path, ...states) => {
    clientside.toasts.leave(path);
    const half = states.length / 2; // ids, then which are open
    states.slice(0, half).forEach((dialog, place) => states[half + place] && clientside.set_props(dialog, { is_open: false }));
  },
  /** How many characters a field has of those it may have. */
  count: (value, limit) => {
    const length = [...(value || "").trim()].length;
    return [`${length} / ${limit}`, length > Number(limit) ? "tm-model-count tm-over" : "tm-model-count"];
  },
  /** An interval ticks again after each answer; where one was lost, every fifth heartbeat lets it. */
  keepTicking: (beat, disabled, id, ticks) => void (disabled || beat % 5 || clientside.set_props(id, { max_intervals: (ticks || 0) + 1 })),
  /** The first of the fields that are wrong gets the focus. */
  focusWrong: (wrong, ids) => {
    const id = ids[wrong.indexOf(true)];
    if (id) document.getElementById(JSON.stringify(id, Object.keys(id).sort()))?.focus();
  },
};
/* Ctrl+Enter in a field of several lines sends its form. */
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, target }) => {
  if (key === "Enter" && (ctrlKey || metaKey) && target.matches?.(".modal form textarea")) target.form.requestSubmit();
});
/* A name that is to be changed can be typed over. */
document.addEventListener("focusin", ({ target }) => target.matches?.("input.tm-select-all") && target.select());
