/* Which key does what. The actions and their first keys come with the page (components/keymap.py), what the user chose
   instead from the preferences; scripts say with `tm.keys.define` what an action does. A key is written as in
   keymap.py: `Ctrl+Shift+Z`. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const runs = new Map(); // action -> {run, everywhere}
  let chosen = {}; // action -> keys, where they differ from the first ones
  const contexts = new Map(); // what some keys work within -> is it on?
  let byKey = null; // action by context and key

  /* Shift is part of a key only where it does not change the sign: Shift+ArrowLeft, Ctrl+Shift+Z, but ? and [. What
     Shift makes of the comma and the full stop differs from keyboard to keyboard, so their place counts. */
  const PLACES = { Comma: ",", Period: "." };
  const nameOf = (event) => {
    const placed = event.shiftKey && PLACES[event.code];
    const sign = placed || event.key;
    const letter = sign.length === 1 && sign.toLowerCase() !== sign.toUpperCase();
    const shift = event.shiftKey && (sign.length > 1 || letter || placed);
    const control = event.ctrlKey || event.metaKey;
    const plain = letter && !control && !event.altKey && !event.shiftKey;
    const named = plain ? sign.toLowerCase() : letter ? sign.toUpperCase() : sign === " " ? "Space" : sign;
    return [control && "Ctrl", event.altKey && "Alt", shift && "Shift", named].filter(Boolean).join("+");
  };
  const same = (key) => key.toLowerCase();

  let first = null;
  const defaults = () => (first = first || JSON.parse(tm.byId("shell-keymap")?.dataset.keymap || "null"));
  let contextOf = null;
  const within = (action) => (contextOf = contextOf || JSON.parse(tm.byId("shell-keymap")?.dataset.within || "null"))?.[action] || "";
  const spot = (context, key) => `${context} ${same(key)}`;
  const keysOf = (action) => chosen[action] || (defaults() || {})[action] || [];
  const index = () => {
    byKey = new Map();
    for (const action of Object.keys(defaults() || {})) for (const key of keysOf(action)) byKey.set(spot(within(action), key), action);
  };
  const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del" };
  const partsOf = (key) => key.split(/\+(?=.)/).map((part) => SIGNS[part] || part);

  const changed = () => {
    index();
    showKeys();
    tm.emit("keymap");
  };
  /* Buttons are drawn with the first keys; where the user chose others, these are shown. */
  const showKeys = () => {
    for (const button of document.querySelectorAll("[data-action]")) {
      const keys = keysOf(button.dataset.action).map((key) => partsOf(key).join("+"));
      const title = `${button.title.replace(/ \([^()]*\)$/, "")}${keys.length ? ` (${keys.join(" or ")})` : ""}`;
      if (button.title !== title) button.title = title;
    }
    for (const hint of document.querySelectorAll("[data-key-of]")) {
      const [key] = keysOf(hint.dataset.keyOf);
      const text = key ? partsOf(key).join("+") : "";
      if (hint.textContent !== text) hint.textContent = text;
    }
  };
  let frame = 0;
  new MutationObserver(() => {
    if (frame || !Object.keys(chosen).length) return;
    frame = requestAnimationFrame(() => ((frame = 0), showKeys()));
  }).observe(document.documentElement, { childList: true, subtree: true });

  tm.keys = {
    nameOf,
    partsOf,
    keysOf,
    /** Say what an action does; `everywhere`: also while no recording is open. */
    define: (action, run, { everywhere = false } = {}) => runs.set(action, { run, everywhere }),
    /** Say when keys that work within something do: while `on()` says so they go before all others. */
    context: (name, on) => contexts.set(name, on),
    /** The action that has a key where that action's keys work, or undefined. */
    ownerOf: (key, action) => tm.keys.actionOn(key, within(action)),
    /** The action that has a key (within a context), or undefined. */
    actionOn: (key, context = "") => {
      if (!byKey || !byKey.size) index();
      return byKey.get(spot(context, key));
    },
    /** What the key of an event does now, or undefined. */
    actionOf: (event, recordingOpen) => {
      const key = nameOf(event);
      const [inside] = [...contexts].filter(([, on]) => on()).map(([name]) => tm.keys.actionOn(key, name)).filter(Boolean);
      const found = runs.get(inside || tm.keys.actionOn(key));
      return found && (recordingOpen || found.everywhere) ? found.run : undefined;
    },
    isDefault: (action) => !(action in chosen),
    /** Give an action other keys (null: its first ones); another action that has one of them loses it. */
    choose: (action, keys) => {
      const next = { ...chosen };
      for (const key of keys || (defaults() || {})[action] || []) {
        const owner = tm.keys.ownerOf(key, action);
        if (owner && owner !== action) next[owner] = keysOf(owner).filter((one) => same(one) !== same(key));
      }
      if (keys) next[action] = keys;
      else delete next[action];
      chosen = next;
      changed();
      tm.preferences.save("keys", Object.keys(chosen).length ? chosen : null);
    },
    /** Take keys that differ from the first ones: {action: [keys]}. */
    use: (kept) => {
      const sound = ([action, keys]) => action in (defaults() || {}) && Array.isArray(keys) && keys.every((key) => typeof key === "string");
      chosen = Object.fromEntries(Object.entries(kept || {}).filter(sound));
      changed();
    },
    /** Every action has its first keys again. */
    reset: () => {
      chosen = {};
      changed();
      tm.preferences.save("keys", null);
    },
  };
  /* A shortened or old list is taken as far as it names actions there are. */
  const recall = async () => {
    if (!defaults()) return requestAnimationFrame(recall);
    tm.keys.use(await tm.preferences.load("keys"));
  };
  document.addEventListener("DOMContentLoaded", recall);
})();
