/* Functions of components/dialogs.py that must work while the server is unreachable. */
clientside.dialogs = {
  /** Open or close the dialog of a button; the last argument is its state. */
  toggle: (...values) => (clientside.callback_context.triggered.length ? !values.at(-1) : clientside.no_update),
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
/* A button with `data-closes` closes its dialog as the cross does. */
document.addEventListener("click", ({ target }) => target.closest?.("[data-closes]")?.closest(".modal")?.querySelector(".btn-close").click());
/* Ctrl+Enter in a multi-line field submits its form. */
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, target }) => {
  if (key === "Enter" && (ctrlKey || metaKey) && target.matches?.(".modal form textarea")) target.form.requestSubmit();
});
/* Select the name to change as soon as the field has its value, so that typing replaces it: all of it, or its first
   `data-select` characters. */
document.addEventListener("focusin", ({ target }) => {
  const stem = target.closest?.("[data-select]");
  if (stem) requestAnimationFrame(() => target.setSelectionRange(0, Number(stem.dataset.select)));
  else if (target.matches?.("input.tm-select-all")) target.select();
});
