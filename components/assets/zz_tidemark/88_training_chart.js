/* How good the versions of a model are: held-out macro-F1 against the number of labels, so that one sees when to stop. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const [WIDTH, HEIGHT] = [200, 84];
  const [LEFT, RIGHT, TOP, BOTTOM] = [26, 8, 8, 16];
  const ENOUGH = 0.005; // a version that is better by less is no better

  const shape = (tag, properties, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(properties)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const text = (x, y, words, anchor = "start") => shape("text", { x, y, "text-anchor": anchor }, words);

  const scales = (versions) => {
    const labels = versions.map((one) => one.labels);
    const [from, to] = [Math.min(...labels), Math.max(...labels)];
    const low = Math.max(0, Math.floor((Math.min(...versions.map((one) => one.low ?? one.f1)) - 0.001) * 10) / 10);
    const x = (count) => LEFT + ((WIDTH - LEFT - RIGHT) * (to > from ? (count - from) / (to - from) : 0.5));
    const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (1 - low || 1));
    return { x, y, from, to, low };
  };
  const point = (one, { x, y }) => {
    const at = [x(one.labels), y(one.f1)];
    const around = one.low === null ? [] : [shape("line", { class: "tm-versions-around", x1: at[0], x2: at[0], y1: y(one.low), y2: y(one.high) })];
    const dot = shape("circle", { class: one.same ? "tm-versions-point" : "tm-versions-other", cx: at[0], cy: at[1], r: 3 });
    dot.append(shape("title", {}, words(one)));
    return [...around, dot];
  };
  const draw = (versions) => {
    const scale = scales(versions);
    const { x, y, from, to, low } = scale;
    const [right, bottom] = [WIDTH - RIGHT, HEIGHT - BOTTOM];
    const same = versions.filter((one) => one.same);
    const line = shape("polyline", { class: "tm-versions-line", points: same.map((one) => `${x(one.labels)},${y(one.f1)}`).join(" ") });
    const axes = [1, low].flatMap((value) => [shape("line", { class: "tm-versions-axis", x1: LEFT, x2: right, y1: y(value), y2: y(value) }), text(LEFT - 4, y(value) + 3, value.toFixed(1), "end")]);
    const ends = from === to ? [text((LEFT + right) / 2, HEIGHT - 4, tm.count(from, "label"), "middle")] : [text(LEFT, HEIGHT - 4, String(from)), text(right, HEIGHT - 4, tm.count(to, "label"), "end")];
    const name = `Macro-F1 on held-out segments against the number of labels. ${versions.map(words).join(" ")}`;
    return shape("svg", { viewBox: `0 0 ${WIDTH} ${bottom + BOTTOM}`, role: "img", "aria-label": name }, ...axes, ...ends, line, ...versions.flatMap((one) => point(one, scale)));
  };
  const words = ({ version, labels, f1, low, high, same }) =>
    `Version ${version}: ${f1.toFixed(2)}${low === null ? "" : ` (${low.toFixed(2)}–${high.toFixed(2)})`} from ${tm.count(labels, "label")}${same ? "" : ", judged on other segments"}.`;

  /* What the last step brought, in words: the reason to go on or to stop. */
  const verdict = (versions) => {
    const [before, now] = versions.slice(-2);
    if (!before.same) return `Version ${before.version} was judged on other segments, so the two do not compare.`;
    const gain = Number(now.f1.toFixed(2)) - Number(before.f1.toFixed(2)); // as it is said: not “fell from 0.95 to 0.95”
    const more = `${tm.count(Math.abs(now.labels - before.labels), now.labels < before.labels ? "label less" : "more label", now.labels < before.labels ? "labels less" : "more labels")}`;
    if (gain > ENOUGH) return `F1 rose from ${before.f1.toFixed(2)} to ${now.f1.toFixed(2)} with ${more}.`;
    if (gain < -ENOUGH) return `F1 fell from ${before.f1.toFixed(2)} to ${now.f1.toFixed(2)} with ${more}.`;
    return `F1 stays at ${now.f1.toFixed(2)} with ${more}: more of the same may not help.`;
  };

  /** Nodes that show the versions (services/training/versions.py); none for fewer than two that were judged. */
  tm.versionsChart = (versions) => {
    const judged = versions.filter(({ f1 }) => f1 !== null);
    if (judged.length < 2) return [];
    return [draw(judged), tm.element("p", {}, verdict(judged))];
  };
})();
