/* Failed callback requests. Dash reports neither a server that is away nor an answer of 500 to the user; the control
   that was used keeps its old state, so one message is all that is missing. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const AWAY = "The server does not answer; nothing was changed. Please try again when it is back.";
  const BROKEN = "Something went wrong on the server; nothing was changed. Please try again.";
  const PATIENCE = 2500; // ms, then the user is told that the server is slow or away
  const SLOW = "The server has not answered yet.";

  const url = (resource) => String(resource.url || resource);
  /* The heartbeat, lists of uploads and what is read again after them run without the user: the banner shows their failures. */
  const AUTOMATIC = /"changedPropIds":\[("(shell-beat|shell-\w+-version|label-tally|jobs-\w+|history-clock|(upload|import)-(tick|transfer\.summary)|shell-unsent|label-plot\.(commands|since))[."]|\])/;
  const pressed = () => navigator.userActivation?.isActive ?? true; // a page that loads asks for much without the user
  const silent = (options) => !pressed() || (typeof options?.body === "string" && AUTOMATIC.test(options.body));

  /* So do the questions about a followed job (cacheKey), which the server keeps open for a moment. */
  const follows = (resource) => url(resource).includes("cacheKey=");

  const send = window.fetch.bind(window);
  window.fetch = async (resource, options) => {
    if (!url(resource).includes("_dash-update-component") || follows(resource)) return send(resource, options);
    const patience = silent(options) ? Infinity : PATIENCE;
    const timer = patience < Infinity && setTimeout(() => tm.toast(SLOW, "info"), patience);
    connection.asked();
    try {
      const response = await send(resource, options);
      if (response.status >= 500) tm.toast(BROKEN, "error");
      connection.ended(response.status < 500);
      return response;
    } catch (error) {
      if (error.name === "AbortError" || tm.leaving) connection.since = 0;
      else {
        connection.ended(false);
        if (patience < Infinity) tm.toast(AWAY, "error");
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  /* The banner: no request was answered for some time. */
  const LOST_AFTER = 5000; // ms; a busy machine may take seconds
  const connection = {
    since: 0, // the oldest request after the last answer
    lost: false,
    asked: () => (connection.since = connection.since || performance.now()),
    ended: (ok) => {
      if (ok) connection.since = 0;
      if (ok && connection.lost) tm.toast("The server is back.", "success");
      connection.put(connection.lost && !ok);
      tm.emit("request", { ok });
    },
    put: (lost) => {
      const banner = tm.byId("shell-connection");
      if (banner) banner.hidden = !lost;
      if (lost === connection.lost) return;
      connection.lost = lost;
      tm.emit("connection", { lost });
    },
  };
  setInterval(() => connection.since && performance.now() - connection.since > LOST_AFTER && connection.put(true), 500);
  window.addEventListener("pagehide", () => (tm.leaving = true)); // requests of a page that is being left are cancelled
  window.addEventListener("pageshow", () => (tm.leaving = false));

  /* No heartbeat in a hidden tab; one at once when it is shown again. */
  document.addEventListener("visibilitychange", () => {
    if (tm.byId("shell-toasts")) tm.set("shell-beat", { disabled: document.hidden });
  });
  /* A callback changed labels: the plot asks for the changes now instead of at its next heartbeat. */
  tm.actions.labelsChanged = () => tm.labels.exchange();
})();
