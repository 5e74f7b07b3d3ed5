/* Choosing keys in the list under `?`: press a key's button, then the new key. */
(function () {
  "use strict";
  const tm = window.tidemark;
  let waiting = null; // the button that waits for a key

  /* What the browser or the system keeps for itself, and what has its meaning everywhere. */
  const TAKEN = /^(Ctrl\+(?:Shift\+)?[WTNRLDHPQ]|Alt\+.*|(?:Ctrl\+|Shift\+)*(?:Tab|F5|F11|F12)|(?:Shift\+)?(?:Enter|Escape|Space|Tab)|[0-9])$/;
  const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process"]);
  const rows = () => document.querySelectorAll("[data-remap]");
  const name = (key) => tm.keys.partsOf(key).join("+");
  const say = (text) => {
    const place = tm.byId("shell-keys-message");
    if (place) place.textContent = text;
  };

  const draw = () => {
    for (const button of rows()) {
      const keys = tm.keys.keysOf(button.dataset.remap);
      button.classList.toggle("tm-changed", !tm.keys.isDefault(button.dataset.remap));
      button.classList.toggle("tm-waiting", button === waiting);
      if (button === waiting) button.replaceChildren("Press a key…");
      else if (!keys.length) button.replaceChildren(tm.element("span", { className: "tm-no-key" }, "no key"));
      else button.replaceChildren(...keys.flatMap((key) => [tm.element("kbd", { className: "tm-key" }, name(key))]));
    }
  };
  tm.on("keymap", draw);

  const wait = (button) => {
    waiting = button;
    say(button ? `Press the new key for “${button.dataset.words}”. Esc leaves it, Del takes its key away.` : "");
    draw();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-remap]");
    if (button) wait(button === waiting ? null : button);
    else if (waiting) wait(null);
  });

  const take = (key) => {
    const { remap: action, words } = waiting.dataset;
    const owner = tm.keys.ownerOf(key, action);
    const other = owner && owner !== action && document.querySelector(`[data-remap="${owner}"]`);
    wait(null);
    tm.keys.choose(action, [key]);
    say(other ? `${name(key)} now does “${words}”. “${other.dataset.words}” lost it.` : `${name(key)} now does “${words}”.`);
  };
  /* Before the dialog and every other listener: while a key is waited for, it does nothing else. */
  window.addEventListener(
    "keydown",
    (event) => {
      if (!waiting || MODIFIERS.has(event.key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const key = tm.keys.nameOf(event);
      if (key === "Escape") return wait(null);
      if (key === "Delete") {
        const { remap: action, words } = waiting.dataset;
        wait(null);
        tm.keys.choose(action, []);
        return say(`“${words}” has no key now.`);
      }
      if (TAKEN.test(key)) return say(`${name(key)} cannot be chosen: the browser or every field uses it. Press another key.`);
      take(key);
    },
    true,
  );
  tm.actions.resetKeys = () => {
    tm.keys.reset();
    say("Every action has its first key again.");
  };
})();
