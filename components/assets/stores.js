/* Copy values from one property to another, or to the address bar, without the server. */
const PAUSE = 700; // ms
let [before, timer] = [null, 0];
clientside.stores = {
  /** Show the open file in the address bar; Dash would reload the page for a new URL. */
  address: (href) => void (href && window.history.replaceState({}, "", href)),
  same: (value) => value ?? clientside.no_update,
  /** After a change of labels, send the heartbeat when no edit follows for a moment, so that lists of files are read
      again. */
  beat: (confirmed) => {
    const [previous, now] = [before, confirmed];
    before = now;
    if (!now || previous?.recording !== now.recording || previous.revision < 0) return;
    clearTimeout(timer);
    timer = setTimeout(clientside.beat, PAUSE);
  },
};
/* Dash notifies all components of every action; two of five actions change nothing and are dropped here. */
window.dash_stores = Object.assign([], {
  push(store) {
    const { subscribe, getState } = store;
    store.subscribe = (listener, before = getState()) => subscribe(() => before !== (before = getState()) && listener());
    return Array.prototype.push.call(this, store);
  },
});
