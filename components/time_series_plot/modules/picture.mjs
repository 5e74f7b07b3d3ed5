/* Pictures of the current view with labels and names: an SVG assembled here (Plotly exports only its graph; canvas
   drawings are added with svgcanvas), or a PNG of that SVG at twice the size. */
import { cssColor, element, textFont } from "./dom.mjs";

export default (plot) => {
  const CAPTION = 24; // px under the plot
  const SCALE = 2;
  const TYPES = { svg: "image/svg+xml", png: "image/png" };
  const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
  const svgNode = (tag, attributes = {}, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  /* ---- the parts --------------------------------------------------------------------------------- */
  const lines = async (width, height) => {
    const text = await plot.Plotly.toImage(plot.view.gd, { format: "svg", width, height, imageDataOnly: true });
    const svg = text.startsWith("<") ? text : decodeURIComponent(text);
    const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    for (const node of root.querySelectorAll("[style*='inherit']")) node.style.fontFamily = ""; // relative to the root of the picture
    return document.importNode(root, true);
  };
  /* HTML elements over the plot, such as the names of rows, at the same place. */
  const names = (host) => {
    const group = svgNode("g");
    const frame = host.getBoundingClientRect();
    for (const name of host.querySelectorAll(".tm-row-name")) {
      const walk = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const text = walk.currentNode;
        if (!text.data.trim() || text.parentElement.closest(".tm-value")) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const { left, top, height } = range.getBoundingClientRect();
        const { color, fontSize, fontWeight } = getComputedStyle(text.parentElement);
        const size = parseFloat(fontSize);
        const place = { x: left - frame.left, y: top - frame.top + height / 2 + size * 0.35 };
        const halo = { "paint-order": "stroke", stroke: cssColor("--bs-body-bg"), "stroke-width": 3, "stroke-opacity": 0.75, "stroke-linejoin": "round" };
        group.append(svgNode("text", { ...place, fill: color, "font-size": size, "font-weight": fontWeight, ...halo }, text.data));
      }
    }
    return group;
  };
  const caption = (host, width, height) => {
    const { left, right } = plot.overlay.geometry();
    const [from, to] = plot.view.range.map((x) => plot.timeText(plot.axis.toServer(x)));
    const paper = host.querySelector(".tm-paper-caption").textContent;
    const look = { "font-size": 12, y: height + 16, fill: cssColor("--bs-body-color") };
    const small = { "font-size": 11, y: height - 6, fill: cssColor("--bs-secondary-color") };
    const file = svgNode("text", { ...look, x: left, "font-weight": 600 }, plot.view.recording.path);
    const range = svgNode("text", { ...look, x: Math.min(right, width - 8), "text-anchor": "end" }, `${from} – ${to}`);
    const axis = svgNode("text", { ...small, x: left }, plot.time.words());
    return svgNode("g", {}, axis, svgNode("text", { ...small, x: right, "text-anchor": "end" }, paper), file, range);
  };

  /** The picture as an SVG element of the given size in px. */
  const compose = async () => {
    const host = plot.host;
    const { clientWidth: width, clientHeight: height } = host;
    const size = { width, height: height + CAPTION };
    const picture = svgNode("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}`, "font-family": textFont() });
    const { Context } = await plot.libraries.svgCanvas();
    const [behind, front] = [new Context(size), new Context(size)];
    const place = plot.overlay.geometry();
    plot.overlay.paint(behind, place);
    for (const { active, draw } of plot.overlay.front) if (active()) draw(front, place);
    const paper = svgNode("rect", { ...size, fill: cssColor("--bs-body-bg") });
    picture.append(paper, behind.getSvg(), await lines(width, height), names(host), front.getSvg(), caption(host, width, height));
    return { picture, ...size };
  };

  /* Plotly rasterises any SVG; a canvas that is too large gives an empty URL. */
  const toPng = async (svg, size) => {
    const url = await plot.Plotly.Snapshot.svgToImg({ svg, ...size, scale: SCALE, format: "png", canvas: element("canvas", {}), promise: true });
    const bytes = Uint8Array.from(atob(url.split(",")[1]), (sign) => sign.charCodeAt(0));
    if (!bytes.length) throw new Error("no room");
    return bytes;
  };

  /* ---- saving ------------------------------------------------------------------------------------ */
  const save = (format) => async () => {
    if (!plot.view.part || !plot.overlay.geometry()) return plot.toast("There is nothing to take a picture of yet.");
    try {
      const { picture, ...size } = await compose();
      const svg = new XMLSerializer().serializeToString(picture).replace(NOT_XML, "\uFFFD");
      download(format === "png" ? await toPng(svg, size) : svg, format);
    } catch {
      plot.toast("The picture could not be made; make the window smaller and try again.", "error");
    }
  };
  const download = (content, format) => {
    const name = plot.view.recording.path.split("/").at(-1).replace(/\.[^.]+$/, "");
    const link = element("a", { href: URL.createObjectURL(new Blob([content], { type: TYPES[format] })), download: `${name}.${format}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  plot.actions["picture-svg"] = save("svg");
  plot.actions.picture = save("png");
};
