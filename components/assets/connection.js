/* Detects failed and slow callback requests. Dash shows the user neither an unreachable server nor a status 500, and
   the control keeps its old state, so only a message is missing. Sends the plot the document event `tm-request`: {ok} of
   a request, and {lost}: is the server away? */
const AWAY = "The server does not answer; nothing was changed. Please try again when it is back.";
const BROKEN = "Something went wrong on the server; nothing was changed. Please try again.";
const SLOW = "The server has not answered yet.";
const PATIENCE = 2500; // ms until the message that the server is slow or unreachable
const LOST_AFTER = 5000; // ms without any answer until the banner appears; on a busy machine answers may take seconds without failing
const say = (text, kind) => clientside.toasts.show({ text, kind });

/* Only the banner shows failures of the heartbeat, of upload lists and of what is read after them: no user caused them. */
const AUTOMATIC = /"changedPropIds":\[("(shell-beat|shell-\w+-version|jobs-\w+|history-clock|(upload|import)-tick|[a-z-]+-transfer\.(chosen|summary)|shell-unsent|label-plot\.(commands|since|confirmed))[."]|\])/;
const pressed = () => navigator.userActivation?.isActive ?? true; // a loading page sends many requests
const silent = (options) => !pressed() || (typeof options?.body === "string" && AUTOMATIC.test(options.body));

let since = 0; // send time of the oldest request without an answer
let [lost, failing, leaving] = [false, 0, false]; // the browser cancels requests when the page is closed
const show = (now, ok = false) => {
  const banner = document.getElementById("shell-connection");
  if (banner) banner.hidden = !now;
  document.body.dataset.connection = now ? "lost" : "";
  lost = now;
  document.dispatchEvent(new CustomEvent("tm-request", { detail: { ok, lost } }));
};
const ended = (ok) => {
  if (ok) since = failing = 0;
  if (ok && lost) say(document.body.dataset.session ? "You are logged in again." : "The server is back.", "success");
  show(lost && !ok, ok);
};
setInterval(() => since && performance.now() - since > (failing ? PATIENCE : LOST_AFTER) && show(true), 500);
for (const name of ["pagehide", "pageshow"]) window.addEventListener(name, () => (leaving = name === "pagehide"));

/* Events that are values of a property, such as key presses in a grid. Dash sends only the newest value and drops the
   answer to the previous one, so each event waits until Dash has the answer to the previous event. */
const queues = {}; // queued events by property ("id.name" in quotes); the first is in flight
/** Report an event; it replaces the last queued event of the same `kind`. */
clientside.report = (id, property, value, kind) => {
  const queue = (queues[JSON.stringify(`${id}.${property}`)] ||= []);
  const [node, at, [first]] = [document.getElementById(id), Date.now(), queue];
  if (first && (first.node !== node || at - first.at > LOST_AFTER * (first.requests ? 6 : 1))) queue.length = 0; // the component was removed, Dash sent nothing, or no answer comes
  if (queue.length > 1 && kind && queue.at(-1).kind === kind) queue.pop();
  const set = () => clientside.set_props(id.startsWith("{") ? JSON.parse(id) : id, { [property]: value });
  if (queue.push({ queue, node, kind, set, at, requests: 0 }) === 1) set();
};
/* Handle the response to a request. */
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
      if (toast) clientside.toasts.show(toast.data); // with two messages at the same time the store would have only the second
      return { ...answer, sideUpdate };
    };
  };
};

/* The address names a page that could not be opened. */
const openAgain = ({ body }) => body.includes("_pages_content.children") && loadAgain(location.href);
const send = window.fetch.bind(window);
window.fetch = async (resource, options) => {
  const url = String(resource.url || resource);
  /* The server holds requests that follow a job (cacheKey) open for a moment. */
  if (/_dash-(layout|dependencies)/.test(url)) return send(resource, options).catch((error) => loadAgain(url) && Promise.reject(error));
  if (!url.includes("_dash-update-component") || url.includes("cacheKey=")) return send(resource, options);
  const tells = !silent(options);
  const timer = tells && setTimeout(() => say(SLOW, "info"), PATIENCE);
  since = since || performance.now();
  const reported = carries(options);
  let response = null;
  try {
    response = await send(resource, options);
    if (response.status >= 500) say(BROKEN, "error");
    if (response.status > 501) openAgain(options); // a proxy answers while the server is away
    if (response.status === 403) response.clone().json().then(({ error }) => say(error, "warning")); // the user's role is not sufficient
    ended(response.status < 500 && response.status !== 401);
    document.body.dataset.session = response.status === 401 ? "ended" : "";
    if (response.status === 401) show(true);
    return [401, 403].includes(response.status) ? new Response(null, { status: 204 }) : response; // Dash: no update
  } catch (error) {
    if (error.name === "AbortError" || leaving) since = 0;
    else {
      failing = since; // the server is unreachable, not just slow
      ended(false);
      if (tells) say(AWAY, "error");
      openAgain(options);
    }
    throw error;
  } finally {
    clearTimeout(timer);
    reported(response);
  }
};

/* Every two seconds, unless the answer to the previous heartbeat is on its way; none in a hidden tab. */
let beats = 0;
clientside.beat = () => document.hidden || !document.getElementById("shell-toasts") || clientside.report("shell-beat", "data", (beats += 1), "beat");
setInterval(clientside.beat, 2000);
document.addEventListener("visibilitychange", clientside.beat);
