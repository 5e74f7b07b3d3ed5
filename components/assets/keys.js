/* Keys: one listener. Python defines the action of each key (`data-keys` of #shell-keymap, components/keymap.py): the
   key clicks the button of its action; without a button, the plot or the pane below it performs the action. */
const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process"]);

/* Shift is part of a key only where it does not change the character: Shift+ArrowLeft, Ctrl+Shift+Z, but ? and [. Shift
   with comma or full stop depends on the keyboard layout, so these two are identified by `code`. */
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

/* ---- actions -------------------------------------------------------------------------------------------- */
const keymap = () => ({ keys: {}, buttons: {}, ...JSON.parse(document.getElementById("shell-keymap")?.dataset.keys || "{}") });
const plotOf = () => {
  const plot = document.querySelector(".tm-plot")?.timeSeriesPlot;
  return plot?.view.recording && plot.view.range ? plot : null;
};
const actionOf = (key, plot) => {
  const { keys } = keymap();
  const small = key.toLowerCase();
  return keys[plot?.keys.within()]?.[small] ?? keys[""]?.[small];
};
const press = (action) => {
  const buttons = keymap().buttons[action].map((id) => document.getElementById(id));
  buttons.find((element) => element && !element.parentElement.closest("[hidden]"))?.click();
};
const STEPS = { "next-file": 1, "previous-file": -1 }; // while the page of a file is loading, too
const run = (action, plot) => {
  if (action in STEPS) clientside.report("shell-file-step", "data", { by: STEPS[action], at: performance.now() });
  else if (action in keymap().buttons) press(action);
  else if (!plot.act(action)) document.dispatchEvent(new CustomEvent("tm-key", { detail: action }));
};

/* ---- keys that other elements handle -------------------------------------------------------------------- */
const typing = (target) =>
  target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ? target.type !== "checkbox" : false;
const inDialog = () => document.querySelector(".modal.show, dialog[open]") !== null;
/* A focused button, link or grid cell handles arrows and Enter itself. */
const ownKeys = (target, key) => {
  if (/^Arrow/.test(key)) return target.closest(".ag-root, [role=menu], .dropdown-menu") !== null;
  return key === "Enter" && (/^(BUTTON|A)$/.test(target.tagName) || target.closest(".ag-root") !== null);
};
/* Keys of an input method are not for the page; Safari sends its last Enter after the composition, with code 229. */
window.addEventListener("keydown", (event) => (event.isComposing || event.keyCode === 229) && event.stopImmediatePropagation(), true);
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const plain = !event.ctrlKey && !event.metaKey;
  const saves = !plain && key.toLowerCase() === "s";
  const isHandled = event.defaultPrevented || (typing(target) && !saves) || inDialog();
  if (saves) event.preventDefault(); // Ctrl+S must never open the browser's save dialog, wherever the focus is
  if (isHandled) return;
  if (plain && ownKeys(target, key)) return;
  const [plot, bare] = [plotOf(), nameOf(event)];
  const ofClass = plain && !event.altKey && (/^[0-9]$/.test(key) || (!actionOf(bare, plot) && plot?.labels.classOnKey(bare)));
  const action = ofClass ? "class" : actionOf(bare, plot);
  if (!action || !(plot || action === "help" || action in STEPS)) return;
  event.preventDefault();
  if (target.matches(".dash-dropdown")) target.blur(); // a list button opens when its key is released
  if (ofClass) plot.keys.ofClass(key.toLowerCase());
  else run(action, plot);
});

/* ---- choosing a key in the help: the next key press is only recorded (callbacks/keys.py) ------------------- */
const waiting = () => document.querySelector(".tm-remap.tm-waiting");
const tell = (key) => clientside.set_props("shell-key-pressed", { data: { ...JSON.parse(waiting().id), key, at: performance.now() } });
const record = (event) => {
  if (!waiting() || MODIFIERS.has(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  tell(nameOf(event));
};
window.addEventListener("keydown", record, true);
document.addEventListener("click", ({ target }) => {
  if (waiting() && !target.closest?.(".tm-remap")) tell("");
});
