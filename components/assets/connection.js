/* Failed and slow callback requests. Dash reports neither a server that is away nor an answer of 500 to the user; the
   control that was used keeps its old state, so one message is all that is missing. The plot hears `tm-request` {ok} and
   `tm-connection` {lost} on the document. */
const AWAY = "The server does not answer; nothing was changed. Please try again when it is back.";
const BROKEN = "Something went wrong on the server; nothing was changed. Please try again.";
const SLOW = "The server has not answered yet.";
const PATIENCE = 2500; // ms until the message that the server is slow or unreachable
const LOST_AFTER = 5000; // ms without any answer, then the banner comes; a busy machine may take seconds, but requests do not fail then
const say = (text, kind) => clientside.toasts.show({ text, kind });
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/* The heartbeat, lists of uploads and what is read again after them run without the user: the banner shows their failures. */
const AUTOMATIC = /"changedPropIds":\[("(shell-beat|shell-\w+-version|jobs-\w+|history-clock|(upload|import)-tick|[a-z-]+-transfer\.(chosen|summary)|shell-unsent|label-plot\.(commands|since|confirmed))[."]|\])/;
const pressed = () => navigator.userActivation?.isActive ?? true; // a page sends requests while it loads
const silent = (options) => !pressed() || (typeof options?.body === "string" && AUTOMATIC.test(options.body));

let since = 0; // the oldest request after the last answer
let [lost, failing, leaving] = [false, 0, false]; // requests of a page that is being left are cancelled
const show = (now) => {
  const banner = document.getElementById("shell-connection");
  if (banner) banner.hidden = !now;
  document.body.dataset.connection = now ? "lost" : "";
  if (now === lost) return;
  lost = now;
  tell("tm-connection", { lost });
};
const ended = (ok) => {
  if (ok) since = failing = 0;
  if (ok && lost) say(document.body.dataset.session ? "You are logged in again." : "The server is back.", "success");
  show(lost && !ok);
  tell("tm-request", { ok });
};
setInterval(() => since && performance.now() - since > (failing ? PATIENCE : LOST_AFTER) && show(true), 500);
window.addEventListener("pagehide", () => (leaving = true));
window.addEventListener("pageshow", () => (leaving = false));

/* Events that are values of a property, such as presses in a grid. Dash sends the newest value only, and drops the answer to
   the one before: so each waits until Dash has the answer to the one before it. */
const queues = {}; // by property, "id.name" in quotes: events that are left, the first of which is under way
/** Report an event; it takes the place of the last that waits if that has the same `kind`. */
clientside.report = (id, property, value, kind) => {
  const queue = (queues[JSON.stringify(`${id}.${property}`)] ||= []);
  const [node, at, [first]] = [document.getElementById(id), Date.now(), queue];
  if (first && (first.node !== node || (!first.requests && at - first.at > LOST_AFTER))) queue.length = 0; // it is gone, or Dash sent nothing
  if (queue.length > 1 && kind && queue.at(-1).kind === kind) queue.pop();
  const set = () => clientside.set_props(id.startsWith("{") ? JSON.parse(id) : id, { [property]: value });
  if (queue.push({ queue, node, kind, set, at, requests: 0 }) === 1) set();
};
/* What is to be done with the response to a request. */
const carries = ({ body }) => {
  const sent = Object.entries(queues).flatMap(([text, [first]]) => (first && body.includes(text) ? [first] : []));
  for (const event of sent) event.requests += 1;
  const over = (event) => (event.requests -= 1) || event.queue[0] !== event || (event.queue.shift(), event.queue[0]?.set());
  const end = () => setTimeout(() => sent.forEach(over));
  return (response) => {
    if (response?.status !== 200) return end();
    const json = response.json.bind(response);
    response.json = async () => {
      const { sideUpdate: { "shell-toast": toast, ...sideUpdate } = {}, ...answer } = await json().finally(end);
      if (toast) clientside.toasts.show(toast.data); // of two in one moment, the store would have the second only
      return { ...answer, sideUpdate };
    };
  };
};

const send = window.fetch.bind(window);
window.fetch = async (resource, options) => {
  const url = String(resource.url || resource);
  /* Questions about a followed job (cacheKey) are kept open by the server for a moment. */
  if (!url.includes("_dash-update-component") || url.includes("cacheKey=")) return send(resource, options);
  const tells = !silent(options);
  const timer = tells && setTimeout(() => say(SLOW, "info"), PATIENCE);
  since = since || performance.now();
  const heard = carries(options);
  let response = null;
  try {
    response = await send(resource, options);
    if (response.status >= 500) say(BROKEN, "error");
    if (response.status === 403) response.clone().json().then(({ error }) => say(error, "warning")); // not allowed to this user
    ended(response.status < 500 && response.status !== 401);
    document.body.dataset.session = response.status === 401 ? "ended" : "";
    if (response.status === 401) show(true);
    return [401, 403].includes(response.status) ? new Response(null, { status: 204 }) : response; // to Dash: no change
  } catch (error) {
    if (error.name === "AbortError" || leaving) since = 0;
    else {
      failing = since; // there is no server, not only no answer
      ended(false);
      if (tells) say(AWAY, "error");
    }
    throw error;
  } finally {
    clearTimeout(timer);
    heard(response);
  }
};

/* No heartbeat in a hidden tab; one at once when it is shown again. */
document.addEventListener("visibilitychange", () => {
  if (document.getElementById("shell-toasts")) clientside.set_props("shell-beat", { disabled: document.hidden });
});
