/* Which key does what. The actions and their first keys come with the page (components/keymap.py), what the user chose
   instead from the preferences; scripts say with `tm.keys.define` what an action does. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const runs = new Map(); // action -> {run, everywhere}
  let byKey = null;

  /* Shift is part of a key only where it does not change the sign: Shift+ArrowLeft, Ctrl+Shift+Z, but ? and [. What
     Shift makes of the comma and the full stop differs from keyboard to keyboard, so their place counts. */
  const PLACES = { Comma: ",", Period: "." };
  const nameOf = (event) => {
    const sign = (event.shiftKey && PLACES[event.code]) || event.key;
    const single = sign.length === 1;
    const letter = single && sign.toLowerCase() !== sign.toUpperCase();
    const control = event.ctrlKey || event.metaKey;
    const shift = event.shiftKey && (!single || letter || (event.shiftKey && PLACES[event.code]));
    return [control && "ctrl", event.altKey && "alt", shift && "shift", sign.toLowerCase()].filter(Boolean).join("+");
  };
  const defaults = () => JSON.parse(tm.byId("shell-keymap")?.dataset.keymap || "{}");
  const read = () => {
    byKey = new Map();
    for (const [action, keys] of Object.entries(defaults())) for (const key of keys) byKey.set(key.toLowerCase(), action);
  };

  tm.keys = {
    /** Say what an action does; `everywhere`: also while no recording is open. */
    define: (action, run, { everywhere = false } = {}) => runs.set(action, { run, everywhere }),
    /** What the key of an event does now, or undefined. */
    actionOf: (event, recordingOpen) => {
      if (!byKey || !byKey.size) read();
      const found = runs.get(byKey.get(nameOf(event)));
      return found && (recordingOpen || found.everywhere) ? found.run : undefined;
    },
  };
})();
