/* Values that go from one property to another, or to the address, without the server. */
const PAUSE = 700; // ms
let [before, timer] = [null, 0];
clientside.stores = {
  /** The address shows what is open; Dash would load the page again for it. */
  address: (href) => void (href && window.history.replaceState({}, "", href)),
  same: (value) => value ?? clientside.no_update,
  /** The labels of the open file are others: the heartbeat comes as soon as no edit follows for a moment, so that
      lists of files are read again. */
  beat: (confirmed) => {
    const [known, now] = [before, confirmed];
    before = now;
    if (!now || known?.recording !== now.recording || known.revision < 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => clientside.set_props("shell-beat", { n_intervals: Date.now() }), PAUSE);
  },
};
/* Dash notifies all of its components of each action; two of five actions change nothing, and are left out here. */
window.dash_stores = Object.assign([], {
  push(store) {
    const { subscribe, getState } = store;
    store.subscribe = (listener, before = getState()) => subscribe(() => before !== (before = getState()) && listener());
    return Array.prototype.push.call(this, store);
  },
});
