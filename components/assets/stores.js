/* Values that go from one property to another, or to the address, without the server. */
(function () {
  "use strict";
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  let before = null;
  clientside.stores = {
    /** The address shows what is open; Dash would load the page again for it. */
    address: (href) => void (href && window.history.replaceState({}, "", href)),
    same: (value) => value ?? clientside.no_update,
    /** The labels of the open file are others: the heartbeat comes now, so that lists of files are read again. */
    beat: (confirmed) => {
      const [known, now] = [before, confirmed];
      before = now;
      if (!now || known?.recording !== now.recording || known.revision < 0) return;
      clientside.set_props("shell-beat", { n_intervals: Date.now() });
    },
  };
})();
