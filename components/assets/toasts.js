/* Messages: from Python by the store `shell-toast` (callbacks/feedback.py; connection.js shows those in responses
   immediately), from the plot, and from connection.js while the server is unreachable. */
const ICONS = { info: "info-circle", success: "check-circle", warning: "exclamation-triangle", error: "x-octagon" };
const LASTING = { info: 5000, success: 4000, warning: 10000, error: 20000 }; // ms
const MOST = 4;

/** Create an element; names that are not properties become attributes. */
const element = (clientside.element = (tag, properties, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
});
/* Action of a button: {href}, {press: id}, {store, data}, or {act, of} of the plot (TimeSeriesPlot). */
const run = ({ href, press, store, data }) => {
  if (store) clientside.set_props(store, { data: { ...data, nonce: performance.now() } });
  else if (href) clientside.set_props("_pages_location", { href });
  else if (press) document.getElementById(press)?.click();
};
const buttonOf = (action, toast) => {
  const button = element("button", { className: "btn btn-sm btn-link", type: "button" }, action.text);
  if (action.act) Object.assign(button.dataset, { plot: action.act, of: action.of ?? "" });
  button.onclick = () => (toast.remove(), run(action));
  return button;
};
const show = ({ text, kind = "info", reference, action, lasting, until, ms }) => {
  const surface = document.getElementById("shell-toasts");
  if (!surface) return;
  for (const message of surface.children) if (message.dataset.text === text) message.remove();
  const body = element("div", { className: "tm-toast-text" }, text);
  if (reference) body.append(element("small", {}, `Reference ${reference}`));
  const sign = element("i", { className: `bi bi-${ICONS[kind]}`, ariaHidden: "true" });
  const toast = element("div", { className: `tm-toast pe-auto tm-toast-${kind}` }, sign, body);
  Object.assign(toast.dataset, { text, page: pageOf(location.pathname), at: performance.now() });
  if (action) {
    toast.append(buttonOf(action, toast));
    if (!lasting) toast.dataset.action = "yes";
    if (until) toast.dataset.until = until;
  }
  toast.append(element("button", { className: "btn-close", type: "button", ariaLabel: "Close", onclick: () => toast.remove() }));
  surface.append(toast);
  while (surface.children.length > MOST) surface.firstChild.remove();
  setTimeout(() => toast.remove(), ms || LASTING[kind]);
};
/* Remove messages of the previous page; a message shown just now may be the reason for the change. */
const pageOf = (path) => path.slice(document.documentElement.dataset.root.length).split("/")[1] || "label";
const isOld = ({ dataset: { page, at } }, path) => page !== pageOf(path) && performance.now() - at > 1000;
const remove = (selector) => document.querySelectorAll(selector).forEach((toast) => toast.remove());

clientside.toasts = {
  show: (toast) => void (toast && show(toast)),
  leave: (path) => document.querySelectorAll(".tm-toast").forEach((toast) => isOld(toast, path) && toast.remove()),
  /** Remove messages whose action `until` was performed. */
  done: (until) => remove(`.tm-toast[data-until="${CSS.escape(until)}"]`),
  /** Remove messages with an action on the file that was open before. */
  opened: () => remove(".tm-toast[data-action]"),
};
