/* Copy values from one property to another, or to the address bar, without the server. */
clientside.stores = {
  /** Show the open file in the address bar; Dash would reload the page for a new URL. */
  address: (href) => void (href && window.history.replaceState({}, "", href)),
  same: (value) => value ?? clientside.no_update,
};
/* Dash notifies all components of every action; two of five actions change nothing and are dropped here. */
window.dash_stores = Object.assign([], {
  push(store) {
    const { subscribe, getState } = store;
    store.subscribe = (listener, before = getState()) => subscribe(() => before !== (before = getState()) && listener());
    return Array.prototype.push.call(this, store);
  },
});
