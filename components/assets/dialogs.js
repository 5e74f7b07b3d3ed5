/* Dialogs of components/dialogs.py: what of them must work while the server is away. */
(function () {
  "use strict";
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  clientside.dialogs = {
    /** Close the dialog of the button that was clicked. */
    close: () => {
      const [clicked] = clientside.callback_context.triggered;
      if (!clicked?.value) return;
      const { dialog } = JSON.parse(clicked.prop_id.slice(0, clicked.prop_id.lastIndexOf(".")));
      clientside.set_props(dialog, { is_open: false });
    },
  };
  /* A name that is to be changed can be typed over. */
  document.addEventListener("focusin", ({ target }) => target.matches?.("input.tm-select-all") && target.select());
})();
