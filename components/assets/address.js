/* The address shows what is open; Dash would load the page anew for it. */
(function () {
  "use strict";
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  clientside.address = {
    replace: (href) => {
      if (href) window.history.replaceState({}, "", href);
    },
  };
})();
