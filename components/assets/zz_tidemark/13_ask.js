/* Requests to the server outside of Dash: JSON there and back. */
(function () {
  "use strict";
  const tm = window.tidemark;

  /** An answer of the server as JSON; a refusal is thrown, with `fields` and `status` as the server says. */
  tm.ask = async (url, options) => {
    let response;
    try {
      response = await fetch(url, options);
    } catch {
      throw Object.assign(new Error("The server does not answer; nothing was changed."), { away: true });
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error(answer.error || `The server answered ${response.status}.`), { fields: answer.fields, status: response.status });
    return answer;
  };
  /** The same for a request with a JSON body. */
  tm.post = (url, body) => tm.ask(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
})();
