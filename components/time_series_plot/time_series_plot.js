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
      h("select", { id: "plot-time", className: "tm-plain-select", title: TIME, "aria-label": "Show times as" }),
      h("div", { id: "label-readout", className: "tm-readout", "aria-hidden": "true" }),
    );
  const lane = (shown) =>
    h(
      "div",
      { id: "plot-confidence", className: "tm-confidence", title: CONFIDENCE, role: "img", "aria-label": CONFIDENCE, hidden: !shown },
      h("span", { id: "plot-confidence-value", className: "tm-confidence-value" }, "sure"),
      h("div", { className: "tm-confidence-lane" }),
    );
  const slider = { role: "slider", tabIndex: 0, "aria-label": "Visible part of the file", "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-valuemax": 100 };
  const overview = () =>
    h(
      "div",
      { className: "tm-overview" },
      h("select", { id: "plot-overview-channel", className: "tm-plain-select", "aria-label": "Channel that the overview shows" }),
      h("div", { id: "plot-overview", className: "tm-overview-strip", title: OVERVIEW, ...slider }),
    );

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
        plot.current = new Plot(host.current, () => latest.current, plotly);
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
  window.tidemark_components = Object.assign(window.tidemark_components || {}, { TimeSeriesPlot });
})();
