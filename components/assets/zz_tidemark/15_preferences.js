/* What the user chose about the screen: kept by the server, so that it is there in every browser. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const known = new Map(); // name -> promise of the value

  const url = (name) => `/preferences/${encodeURIComponent(name)}`;
  const ask = async (name) => {
    try {
      const response = await fetch(url(name));
      return response.ok ? (await response.json()).value : null;
    } catch {
      known.delete(name); // ask again when the server is back
      return null;
    }
  };
  tm.preferences = {
    /** The value of a preference, null when nothing was chosen; asked for once. */
    load: (name) => {
      if (!known.has(name)) known.set(name, ask(name));
      return known.get(name);
    },
    /** Keep a value; null forgets it. Resolves to whether the server has it. */
    save: async (name, value) => {
      known.set(name, Promise.resolve(value));
      try {
        const response = await fetch(url(name), {
          method: "PUT",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ value }),
        });
        if (!response.ok) tm.toast((await response.json()).error, "warning");
        return response.ok;
      } catch {
        tm.toast("The server does not answer; this choice lasts until the page is closed.", "warning");
        return false;
      }
    },
  };
})();
