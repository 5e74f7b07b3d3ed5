/* The React side of TimeSeriesPlot: it makes the elements, hands properties to the plot and lets it set them. The work is
   done by ES modules, which are loaded while Dash still asks for its layout. */
(function () {
  "use strict";
  const { createElement: h, Fragment, useEffect, useRef } = React;
  const base = document.currentScript.src.replace(/[^/]*$/, "");
  const modules = import(document.querySelector("meta[name=tidemark-plot]").content);
  let loaded = null;
  /* The one of a dcc.Graph if there is any; ours does not become the page's, since it knows fewer kinds of figures. */
  const plotly = () =>
    (loaded ||= window.Plotly
      ? Promise.resolve(window.Plotly)
      : new Promise((done, failed) => {
          const script = Object.assign(document.createElement("script"), { src: `${base}vendor/plotly-basic.min.js`, onerror: failed });
          script.onload = () => {
            done(window.Plotly);
            delete window.Plotly;
          };
          document.head.append(script);
        }));

  const svgCanvas = () => import(`${base}vendor/svgcanvas.esm.js`);

  const PLOT = "Plot of the recording. Click a start and an end to mark a segment.";
  const TIME = "How times are shown here. What is saved is always the file's own time.";
  const OVERVIEW =
    "The whole file. Drag the bright part to move the view, its edges to zoom, beside it for a new range; click to go there, double-click for the whole file.";
  const CONFIDENCE =
    "How sure the newest run of a model was of its class at each sample: a full lane is 1. Where it is marked, the model was less than 0.6 sure.";

  const place = (id, ref) =>
    h(
      "div",
      { id, ref, className: "tm-plot", role: "application", "aria-label": PLOT },
      h("div", { className: "tm-graph" }),
      h("div", { className: "tm-handle", hidden: true, "data-edge": "x0", title: "Drag to move the start" }),
      h("div", { className: "tm-handle", hidden: true, "data-edge": "x1", title: "Drag to move the end" }),
      h("select", { id: "plot-time", className: "tm-plain-select", title: TIME, "aria-label": "Show times as" }),
      h("div", { id: "label-readout", className: "tm-readout", "aria-hidden": "true" }),
    );
  const lane = (shown) =>
    h(
      "div",
      { id: "plot-confidence", className: "tm-confidence", title: CONFIDENCE, role: "img", "aria-label": CONFIDENCE, hidden: !shown },
      h("span", { id: "plot-confidence-value", className: "tm-confidence-value" }, "sure"),
      h("div", { className: "tm-confidence-lane" }, h("canvas")),
    );
  const slider = { role: "slider", tabIndex: 0, "aria-label": "Visible part of the file", "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-valuemax": 100 };
  const overview = () =>
    h(
      "div",
      { className: "tm-overview" },
      h("select", { id: "plot-overview-channel", className: "tm-plain-select", "aria-label": "Channel that the overview shows" }),
      h(
        "div",
        { id: "plot-overview", className: "tm-overview-strip", title: OVERVIEW, ...slider },
        h("canvas"),
        h("div", { className: "tm-brush" }, edge("from"), edge("to")),
      ),
    );
  const edge = (name) => h("i", { className: "tm-brush-edge", "data-edge": name });

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
        plot.current = new Plot(host.current, () => latest.current, { plotly, svgCanvas });
        show();
      });
      return () => {
        gone = true;
        plot.current?.remove();
      };
    }, []);
    useEffect(show);
    const sure = useRef(props.recording?.sure); // the plot shows and hides the lane from then on
    return h(Fragment, null, place(props.id, host), lane(sure.current), overview());
  }
  TimeSeriesPlot.dashRenderType = true;

  /* ---- for clientside callbacks: the request of a click, once all edits are in the database ------------------- */
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  const LONGEST = 2500; // ms
  const say = (text) => clientside.set_props("shell-toast", { data: { text, kind: "error" } });
  /* Does `work` with what is asked for, once all edits are sent; else says what is not done. */
  const afterEdits = (unsent, work) => async (asked, recording) => {
    if (!asked) return clientside.no_update;
    const late = new Promise((_, reject) => setTimeout(reject, LONGEST));
    try {
      await Promise.race([modules.then(({ whenSent }) => whenSent()), late]);
    } catch {
      say(unsent);
      return clientside.no_update;
    }
    return work(asked, recording);
  };
  clientside.time_series_plot = {
    /** {recording, at} to save, with what else `asked` holds. */
    saveWhenSent: afterEdits(
      "Not saved: not all changes are in the database yet. They are kept; save again when they are.",
      (asked, recording) => ({ ...asked, at: Date.now(), recording: recording.id }),
    ),
    /** What is asked for about files, or the open one to be marked done. */
    doneWhenSent: afterEdits(
      "Not marked: not all changes are in the database yet. They are kept; try again when they are.",
      (asked, recording) => {
        const about = recording ? { open: recording.id } : asked;
        clientside.set_props("shell-files-done", { data: { ...about, nonce: performance.now() } });
      },
    ),
    /** A new value to read the file again. */
    readWhenSent: afterEdits("Not all changes are in the database yet. They are kept; read again when they are.", () => performance.now()),
    /** Edits that were left when a plot was closed have an answer. */
    answered: (answer) => void (answer && modules.then((all) => all.answered(answer))),
  };
  window.tidemark_components = Object.assign(window.tidemark_components || {}, { TimeSeriesPlot });
})();
