/* The React side of TimeSeriesPlot: creates the elements, passes properties to the plot and sets them. The work is done
   by ES modules, which load while Dash still requests its layout. */
(function () {
  "use strict";
  const { createElement, useEffect, useRef } = React;
  const base = document.currentScript.src.replace(/[^/]*$/, "");
  const modules = import(document.querySelector("meta[name=tidemark-plot]").content);
  let loaded = null;
  /* Use the Plotly of a dcc.Graph if there is one; ours does not become window.Plotly, since it has fewer trace types. */
  const parts = (_module, { Plotly } = window) => delete window.Plotly && Plotly;
  const plotly = () => (loaded ||= window.Plotly ? Promise.resolve(window.Plotly) : import(`${base}vendor/plotly-basic.min.js`).then(parts));
  const svgCanvas = () => import(`${base}vendor/svgcanvas.esm.js`);

  function TimeSeriesPlot(props) {
    const host = useRef(null);
    const plot = useRef(null);
    const latest = useRef(props);
    latest.current = props; // later reports use the newest setProps
    const show = () => plot.current?.show(latest.current);
    useEffect(() => {
      let unmounted = false;
      modules.then(({ Plot }) => {
        if (unmounted) return; // unmounted before the modules were loaded
        plot.current = new Plot(host.current.firstElementChild, () => latest.current, { plotly, svgCanvas });
        show();
      });
      return () => {
        unmounted = true;
        plot.current?.remove();
      };
    }, []);
    useEffect(show);
    const html = useRef({ __html: props.elements }); // once: the plot changes its elements afterwards
    return createElement("div", { ref: host, style: { display: "contents" }, dangerouslySetInnerHTML: html.current });
  }
  TimeSeriesPlot.dashRenderType = true;

  /* ---- for clientside callbacks: the request of a click, after all edits are in the database ------------------ */
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  const LONGEST = 2500; // ms
  /* The request, with {recording, at}, after all edits are sent; otherwise a message about what is not done. */
  const afterEdits = (undone) => async (asked, recording) => {
    if (!asked) return clientside.no_update;
    const late = new Promise((_, reject) => setTimeout(reject, LONGEST));
    try {
      await Promise.race([modules.then(({ whenSent }) => whenSent()), late]);
    } catch {
      const text = `${undone}: not all changes are in the database yet. They are kept; please try again when they are.`;
      clientside.set_props("shell-toast", { data: { text, kind: "error" } });
      return clientside.no_update;
    }
    return { ...asked, recording: recording?.id, at: Date.now() };
  };
  clientside.time_series_plot = {
    saveWhenSent: afterEdits("Not saved"),
    readWhenSent: afterEdits("Not read"),
    /** Files to mark, or else the open one. */
    doneWhenSent: (_clicks, _files, recording) => afterEdits("Not marked")(clientside.callback_context.triggered[0]?.value, recording),
    /** Edits that were unsent when a plot was unmounted have an answer. */
    answered: (answer) => void (answer && modules.then((all) => all.answered(answer))),
  };
  window.tidemark_components = Object.assign(window.tidemark_components || {}, { TimeSeriesPlot });
})();
