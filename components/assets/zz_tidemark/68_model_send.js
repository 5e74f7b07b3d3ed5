/* A checkpoint on its way to the server: in pieces, resumed where a connection was lost, then looked into there. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const PIECE = 8 * 1024 * 1024; // bytes
  const DELAYS = [1, 2, 4, 8]; // seconds until it is tried again
  const POLL_MS = 300;

  const newKey = () => [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const refusal = (text, status) => {
    let answer = {};
    try {
      answer = JSON.parse(text);
    } catch {
      /* not ours: a proxy's page */
    }
    return Object.assign(new Error(answer.error || `The server answered ${status}.`), { fields: answer.fields, status });
  };

  /** One upload. `said` is what the form says, `tell(words, share)` how far it is; `cancel()` ends it. */
  tm.modelSender = (file, said, tell) => {
    const key = newKey();
    let request = null;
    let job = "";
    let cancelled = false;

    /* XMLHttpRequest, since fetch does not tell how much of a body has gone. */
    const put = (offset) =>
      new Promise((done, failed) => {
        request = new XMLHttpRequest();
        request.open("PUT", `/model-upload/${key}`);
        request.setRequestHeader("Upload-Offset", offset);
        request.setRequestHeader("Upload-Length", file.size);
        request.upload.onprogress = ({ loaded }) => sent(Math.min(file.size, offset + loaded));
        request.onloadend = () => {
          const { status, responseText } = request;
          const here = request.getResponseHeader("Upload-Offset");
          request = null;
          if (status === 200 || status === 409) done(Number(here));
          else failed(status === 0 || (status >= 502 && status <= 504) ? Object.assign(new Error(), { away: true }) : refusal(responseText, status));
        };
        request.send(file.slice(offset, offset + PIECE));
      });
    const megabytes = (bytes) => (bytes / 1e6).toLocaleString("en", { maximumFractionDigits: bytes < 1e7 ? 1 : 0 });
    const sent = (bytes) => tell(`Sending: ${megabytes(bytes)} of ${megabytes(file.size)} MB`, file.size ? bytes / file.size : 1);

    /* What is tried again while the server is away. */
    const steadily = async (work) => {
      for (let tries = 0; ; tries++) {
        try {
          return await work(tries > 0);
        } catch (error) {
          if (!error.away || cancelled) throw error;
          tell("The server does not answer. Trying again…", null);
          await pause(1000 * DELAYS[Math.min(tries, DELAYS.length - 1)]);
          if (cancelled) throw error;
        }
      }
    };
    const known = async () => {
      const response = await fetch(`/model-upload/${key}`, { method: "HEAD" }).catch(() => null);
      if (!response) throw Object.assign(new Error(), { away: true });
      return Number(response.headers.get("Upload-Offset"));
    };
    const bytes = async () => {
      for (let offset = 0; offset < file.size && !cancelled; ) {
        offset = await steadily(async (again) => (again ? await known() : await put(offset)));
      }
    };
    const result = async () => {
      for (;;) {
        const answer = await steadily(() => tm.ask(`/model-upload/job/${job}`));
        if (answer.state !== "working") return answer;
        await pause(POLL_MS);
      }
    };
    const form = { ...said, file: file.name, size: file.size };
    return {
      /** Send it; resolves to the id of the model, null when it was cancelled. Throws an error with `fields`. */
      run: async () => {
        try {
          const { fields } = await steadily(() => tm.post("/model-upload/check", form));
          if (Object.keys(fields).length) throw Object.assign(new Error(""), { fields });
          sent(0);
          await bytes();
          if (cancelled) return null;
          tell("Looking into it…", null);
          job = (await steadily(() => tm.post(`/model-upload/${key}/finish`, form))).job;
          const answer = await result();
          if (answer.state === "added") return answer.model;
          if (answer.state === "cancelled") return null;
          throw Object.assign(new Error(""), { fields: answer.fields });
        } catch (error) {
          if (cancelled) return null;
          throw error;
        }
      },
      cancel: () => {
        cancelled = true;
        request?.abort();
        return tm.ask(`/model-upload/${key}?job=${job}`, { method: "DELETE" });
      },
    };
  };
})();
