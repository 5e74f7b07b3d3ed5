/* The React side of TimeSeriesPlot: it makes the elements, hands properties to the plot and lets it set them. The work is
   done by ES modules, which are loaded while Dash still asks for its layout. */
(function () {
  "use strict";
  const { createElement, useEffect, useRef } = React;
  const base = document.currentScript.src.replace(/[^/]*$/, "");
  const modules = import(document.querySelector("meta[name=tidemark-plot]").content);
  let loaded = null;
  /* The one of a dcc.Graph if there is any; ours does not become the page's, since it knows fewer kinds of figures. */
  const taken = () => {
    const { Plotly } = window;
    delete window.Plotly;
    return Plotly;
  };
  const plotly = () => (loaded ||= window.Plotly ? Promise.resolve(window.Plotly) : import(`${base}vendor/plotly-basic.min.js`).then(taken));
  const svgCanvas = () => import(`${base}vendor/svgcanvas.esm.js`);

  function TimeSeriesPlot(props) {
    const host = useRef(null);
    const plot = useRef(null);
    const latest = useRef(props);
    const before = useRef({});
    latest.current = props; // what is reported later uses the newest setProps
    const show = () => {
      if (!plot.current) return;
      const known = before.current;
      before.current = latest.current;
      plot.current.show(latest.current, known);
    };
    useEffect(() => {
      let gone = false;
      modules.then(({ Plot }) => {
        if (gone) return; // unmounted before the modules were there
        plot.current = new Plot(host.current.firstElementChild, () => latest.current, { plotly, svgCanvas });
        show();
      });
      return () => {
        gone = true;
        plot.current?.remove();
      };
    }, []);
    useEffect(show);
    const html = useRef({ __html: props.elements }); // once: the plot changes its elements from then on
    return createElement("div", { ref: host, style: { display: "contents" }, dangerouslySetInnerHTML: html.current });
  }
  TimeSeriesPlot.dashRenderType = true;

  /* ---- for clientside callbacks: the request of a click, once all edits are in the database ------------------- */
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  const LONGEST = 2500; // ms
  /* What is asked for, with {recording, at}, once all edits are sent; else a message of what is not done. */
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
  const marked = afterEdits("Not marked");
  clientside.time_series_plot = {
    saveWhenSent: afterEdits("Not saved"),
    readWhenSent: afterEdits("Not read"),
    /** Files that are to be marked, or else the open one. */
    doneWhenSent: async (...given) => {
      const data = await marked(...given);
      if (data !== clientside.no_update) clientside.set_props("shell-files-done", { data });
    },
    /** Edits that were left when a plot was closed have an answer. */
    answered: (answer) => void (answer && modules.then((all) => all.answered(answer))),
  };
  window.tidemark_components = Object.assign(window.tidemark_components || {}, { TimeSeriesPlot });
})();
