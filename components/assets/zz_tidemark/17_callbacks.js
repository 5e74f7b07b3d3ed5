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
  /* The heartbeat and what is read again after it run without the user: the connection banner shows their failures. */
  const AUTOMATIC = /"changedPropIds":\[("(shell-beat|shell-\w+-version|label-tally|jobs-\w+|history-clock)\.|\])/;
  const silent = (options) => typeof options?.body === "string" && AUTOMATIC.test(options.body);

  /* So do the questions about a followed job (cacheKey), which the server keeps open for a moment. */
  const follows = (resource) => url(resource).includes("cacheKey=");

  const send = window.fetch.bind(window);
  window.fetch = async (resource, options) => {
    if (!url(resource).includes("_dash-update-component") || follows(resource) || silent(options)) return send(resource, options);
    const timer = setTimeout(() => tm.toast(SLOW, "info"), PATIENCE);
    try {
      const response = await send(resource, options);
      if (response.status >= 500) tm.toast(BROKEN, "error");
      return response;
    } catch (error) {
      if (error.name !== "AbortError" && !tm.leaving) tm.toast(AWAY, "error");
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  window.addEventListener("pagehide", () => (tm.leaving = true)); // requests of a page that is being left are cancelled
  window.addEventListener("pageshow", () => (tm.leaving = false));

  /* No heartbeat in a hidden tab; one at once when it is shown again. */
  document.addEventListener("visibilitychange", () => {
    if (tm.byId("shell-toasts")) tm.set("shell-beat", { disabled: document.hidden });
  });
  /* A callback changed labels: the plot asks for the changes now instead of at its next heartbeat. */
  tm.actions.labelsChanged = () => tm.labels.exchange();
})();
