/* How a training learns: the loss on what it is shown and on what each network is not shown, as a picture with words.
   Several networks are taught, some to be judged and some on everything; each is a line of its own. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const [WIDTH, HEIGHT] = [640, 200];
  const [LEFT, RIGHT, TOP, BOTTOM] = [40, 10, 14, 26];
  const KINDS = [
    ["loss", "on what it is shown"],
    ["held_loss", "on segments left out"],
  ];
  tm.train = {};

  const shape = (tag, properties, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(properties)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  tm.train.shape = shape;

  /* Points as lines: of one figure, one for each network of each of the two models: [{judged, line}]. */
  const linesOf = (points, kind) => {
    const found = new Map();
    for (const point of points) {
      if (typeof point[kind] !== "number") continue;
      const network = `${point.judged ?? 0} ${point.network ?? ""}`;
      if (!found.has(network)) found.set(network, { judged: Boolean(point.judged), line: [] });
      found.get(network).line.push([point.done, point[kind]]);
    }
    return [...found.values()];
  };
  const told = (points) => {
    const parts = KINDS.map(([kind, words]) => {
      const lines = linesOf(points, kind);
      if (!lines.length) return "";
      const { line } = lines.at(-1);
      return `${words} from ${line[0][1].toFixed(2)} to ${line.at(-1)[1].toFixed(2)}`;
    }).filter(Boolean);
    return parts.length ? `Loss of the last network: ${parts.join("; ")}.` : "Nothing was noted yet.";
  };
  const grid = (top, y) => {
    const lines = [0, top / 2, top].flatMap((value) => [
      shape("line", { class: "tm-curve-grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      shape("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, value.toFixed(1)),
    ]);
    return [...lines, shape("text", { x: LEFT, y: HEIGHT - 6 }, "begin"), shape("text", { x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, "end")];
  };

  /** The picture with its legend. */
  tm.train.curve = (points) => {
    const values = points.flatMap((point) => KINDS.map(([kind]) => point[kind])).filter((value) => typeof value === "number");
    const top = Math.max(1, Math.ceil(2 * Math.max(0, ...values)) / 2);
    const x = (done) => LEFT + (WIDTH - LEFT - RIGHT) * Math.min(1, done);
    const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
    const drawn = KINDS.flatMap(([kind]) => linesOf(points, kind).map(({ judged, line }) => shape("polyline", { class: `tm-curve-${kind}${judged ? " tm-curve-aside" : ""}`, points: line.map(([done, value]) => `${x(done).toFixed(1)},${y(value).toFixed(1)}`).join(" ") })));
    const judged = points.find((point) => typeof point.macro_f1 === "number");
    const mark = judged ? [shape("line", { class: "tm-curve-judged", x1: x(judged.done), x2: x(judged.done), y1: TOP, y2: HEIGHT - BOTTOM }), shape("text", { x: x(judged.done) - 5, y: TOP + 10, "text-anchor": "end" }, `judged: macro-F1 ${judged.macro_f1.toFixed(2)}`)] : [];
    const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "tm-curve", role: "img", "aria-label": `Loss against the progress of the training. ${told(points)}` }, ...grid(top, y), ...drawn, ...mark);
    const legend = KINDS.map(([kind, words]) => tm.element("span", {}, tm.element("i", { className: `tm-curve-key tm-curve-key-${kind}`, "aria-hidden": "true" }), `Loss ${words}`));
    const hint = tm.element("span", {}, "Each line is one network; the faint ones are of the model that is judged, the others of the one that is kept.");
    return tm.element("figure", { className: "tm-curve-figure" }, svg, tm.element("figcaption", {}, ...legend, hint));
  };
})();
