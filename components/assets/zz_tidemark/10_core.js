/* The base of Tidemark's scripts: one namespace, a small event bus, toasts, theme, navigation.
   window.tidemark holds the parts; window.dash_clientside.tidemark holds what Dash callbacks may call. */
(function () {
  "use strict";
  const tm = (window.tidemark = {});
  window.dash_clientside = window.dash_clientside || {};
  tm.actions = window.dash_clientside.tidemark = {};
  /* The same for buttons. Dash also calls when a page brings its buttons, not yet clicked, in spite of
     prevent_initial_call; such calls do nothing. */
  window.dash_clientside.tidemark_click = new Proxy(tm.actions, {
    get: (actions, name) => (clicks) => (clicks ? actions[name]() : undefined),
  });

  tm.byId = (id) => document.getElementById(id);
  tm.set = (id, props) => window.dash_clientside.set_props(id, props);

  const listeners = new Map();
  tm.on = (event, listener) => listeners.set(event, [...(listeners.get(event) || []), listener]);
  /* `hear`: an event of the plot, which is a component of its own; `relay`: one for it (its modules/bridge.mjs). */
  tm.hear = (event, detail) => (listeners.get(event) || []).forEach((listener) => listener(detail));
  tm.emit = (event, detail) => {
    tm.hear(event, detail);
    tm.relay?.(event, detail);
  };
  tm.view = { recording: null, range: null };

  /* crypto.randomUUID exists only on https and localhost; a team's server may be plain http. */
  tm.uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  /* What this browser remembers. A full or forbidden localStorage costs only the memory. */
  const guarded = (work, otherwise) => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };
  tm.memory = {
    get: (name) => guarded(() => localStorage.getItem(name), null),
    set: (name, value) => guarded(() => localStorage.setItem(name, value)),
    remove: (name) => guarded(() => localStorage.removeItem(name)),
    names: () => guarded(() => Object.keys(localStorage), []),
  };

  tm.element = (tag, properties, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name in node) node[name] = value;
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  };

  /** Place of the number nearest to x in ascending numbers; -1 where there is none. */
  tm.nearest = (numbers, x) => {
    let [low, high] = [0, numbers.length - 1];
    if (high < 0) return -1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (numbers[middle] <= x) low = middle;
      else high = middle;
    }
    return x - numbers[low] <= numbers[high] - x ? low : high;
  };

  /** Call `run` each time something with this selector comes into the page: a dialog's content is made anew when it opens. */
  tm.whenShown = (selector, run) =>
    document.addEventListener("DOMContentLoaded", () => {
      new MutationObserver((changes) => {
        const has = (node) => node.querySelector?.(selector);
        if (changes.some((change) => [...change.addedNodes].some(has))) run();
      }).observe(document.body, { childList: true });
    });

  tm.count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

  /* Toasts: one surface for the scripts and, through the toast store, for the server. */
  const ICONS = { info: "info-circle", success: "check-circle", warning: "exclamation-triangle", error: "x-octagon" };
  const LASTING = { info: 5000, success: 4000, warning: 10000, error: 20000 };
  tm.toast = (text, kind = "info", options = {}) => {
    const surface = tm.byId("shell-toasts");
    if (!surface) return;
    for (const shown of surface.children) if (shown.dataset.text === text) shown.remove();
    const close = tm.element("button", { className: "btn-close", type: "button", "aria-label": "Close" });
    const body = tm.element("div", { className: "tm-toast-text" }, text);
    if (options.reference) body.append(tm.element("small", {}, `Reference ${options.reference}`));
    const toast = tm.element("div", { className: `tm-toast tm-toast-${kind}` });
    toast.dataset.text = text;
    toast.append(tm.element("i", { className: `bi bi-${ICONS[kind]}`, "aria-hidden": "true" }), body);
    if (options.action) {
      const button = tm.element("button", { className: "btn btn-sm btn-link", type: "button" }, options.action.text);
      button.onclick = () => (toast.remove(), options.action.run());
      toast.append(button);
      if (!options.lasting) toast.dataset.action = "yes";
      if (options.until) toast.dataset.until = options.until;
    }
    toast.append(close);
    close.onclick = () => toast.remove();
    surface.append(toast);
    while (surface.children.length > 4) surface.firstChild.remove();
    setTimeout(() => toast.remove(), options.ms || LASTING[kind]);
  };
  /* What a toast offers to do is about the file that was open when it came. */
  tm.on("recording", () => document.querySelectorAll(".tm-toast[data-action]").forEach((toast) => toast.remove()));
  /** What these toasts offer to do is being done, by whatever way: `until` is its name. */
  tm.toastsDone = (until) => document.querySelectorAll(`.tm-toast[data-until="${until}"]`).forEach((toast) => toast.remove());
  /* A callback's toast may offer to go somewhere, or to press a button: {"text", "href"} or {"text", "press": id}. */
  tm.actions.showToast = (toast) => {
    if (!toast) return;
    if (toast.undo) return tm.toastUndoable(toast.text, toast.undo);
    if (toast.href) toast = { ...toast, action: { text: toast.action, href: toast.href } };
    const { href, press, store, data } = toast.action || {};
    const put = () => tm.set(store, { data: { ...data, nonce: tm.uuid() } });
    const run = () => (store ? put() : href ? tm.go(href) : tm.byId(press)?.click());
    tm.toast(toast.text, toast.kind, toast.action ? { ...toast, action: { text: toast.action.text, run } } : toast);
  };

  /* Theme: what the user chose here, else what the system says. */
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const applyTheme = () => {
    const theme = tm.memory.get("tidemark-theme") || (dark.matches ? "dark" : "light");
    document.documentElement.dataset.bsTheme = theme;
    document.documentElement.dataset.agThemeMode = theme;
    tm.emit("theme", theme);
  };
  tm.actions.nextTheme = () => {
    const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    tm.memory.set("tidemark-theme", next);
    applyTheme();
  };
  dark.addEventListener("change", applyTheme);
  applyTheme();

  tm.color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /* Colours as the browser paints them: [red, green, blue], 0 to 255; linear light; contrast as WCAG 2 defines it. */
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const painted = (color) => {
    probe.fillStyle = "#888";
    probe.fillStyle = color;
    probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = (rgb) => rgb.map((value) => (value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = (rgb) => linear(rgb).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  tm.colors = { painted, linear, contrast };

  /* Black or white, whichever has the greater contrast on a CSS colour. */
  const inks = new Map();
  tm.inkOn = (color) => {
    if (!inks.has(color)) {
      const rgb = painted(color);
      inks.set(color, contrast(rgb, [17, 17, 17]) > contrast(rgb, [255, 255, 255]) ? "#111" : "#fff");
    }
    return inks.get(color);
  };

  /* Dialogs and navigation. */
  tm.actions.toggle = (...values) => {
    const clicked = window.dash_clientside.callback_context.triggered.length > 0;
    return clicked ? !values.at(-1) : window.dash_clientside.no_update;
  };
  let wentAt = 0;
  /* The address may name a file that could not be opened, the server being away: then the page is loaded anew. */
  const elsewhere = () => {
    const asked = location.pathname.match(/^\/label\/(\d+)$/);
    const { recording } = tm.view;
    return asked && recording && Number(asked[1]) !== recording.id && performance.now() - wentAt > 5000;
  };
  tm.on("answered", () => elsewhere() && location.reload());
  for (const event of ["_dashprivate_pushstate", "popstate"]) window.addEventListener(event, () => (wentAt = performance.now()));
  tm.go = (href, replace = false) => {
    if (href === location.pathname) return elsewhere() && location.reload();
    wentAt = performance.now();
    history[replace ? "replaceState" : "pushState"]({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  };
})();
