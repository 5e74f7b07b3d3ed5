/* A 2D context that writes SVG: what is drawn on the canvas over the plot is drawn into a picture by the same code.
   It knows what our drawing uses: rectangles, paths of lines and full circles, text, clipping, save and restore. */
const SVG = "http://www.w3.org/2000/svg";
const SIZE = /^(?:(\w+) )?([\d.]+)px (.+)$/; // weight, size, family
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const START = { fillStyle: "#000", strokeStyle: "#000", globalAlpha: 1, lineWidth: 1, font: "10px sans-serif", textBaseline: "alphabetic", dashes: [] };
const ruler = document.createElement("canvas").getContext("2d");
let clips = 0;

/** An SVG element; text is text and nothing else. */
export const svgNode = (tag, attributes = {}, ...children) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value).replace(NOT_XML, "\uFFFD"));
  node.append(...children.map((child) => (typeof child === "string" ? child.replace(NOT_XML, "\uFFFD") : child)));
  return node;
};

class Pen {
  constructor(group) {
    this.group = group;
    this.stack = [];
    this.path = "";
    Object.assign(this, START);
  }
  save() {
    const { fillStyle, strokeStyle, globalAlpha, lineWidth, font, textBaseline, dashes, group } = this;
    this.stack.push({ fillStyle, strokeStyle, globalAlpha, lineWidth, font, textBaseline, dashes, group });
  }
  restore() {
    Object.assign(this, this.stack.pop());
  }
  setLineDash(dashes) {
    this.dashes = dashes;
  }
  beginPath() {
    this.path = "";
  }
  moveTo(x, y) {
    this.path += `M${x} ${y}`;
  }
  lineTo(x, y) {
    this.path += `${this.path ? "L" : "M"}${x} ${y}`;
  }
  rect(x, y, width, height) {
    this.path += `M${x} ${y}h${width}v${height}h${-width}Z`;
  }
  arc(x, y, radius) {
    this.path += `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`;
  }
  closePath() {
    this.path += "Z";
  }
  clip() {
    const id = `clip-of-labels-${(clips += 1)}`;
    this.group.append(svgNode("clipPath", { id }, svgNode("path", { d: this.path })));
    const inner = svgNode("g", { "clip-path": `url(#${id})` });
    this.group.append(inner);
    this.group = inner;
  }
  fill() {
    this.put("path", { d: this.path }, this.filled());
  }
  stroke() {
    this.put("path", { d: this.path }, this.stroked());
  }
  fillRect(x, y, width, height) {
    this.put("rect", box(x, y, width, height), this.filled());
  }
  strokeRect(x, y, width, height) {
    this.put("rect", box(x, y, width, height), this.stroked());
  }
  fillText(text, x, y) {
    const [, weight = "normal", size, family] = SIZE.exec(this.font);
    const down = this.textBaseline === "middle" ? size * 0.35 : 0; // not every viewer knows other baselines
    this.put("text", { x, y: y + down, "font-weight": weight, "font-size": size, "font-family": family }, this.filled(), text);
  }
  measureText(text) {
    ruler.font = this.font;
    return ruler.measureText(text);
  }
  filled() {
    return { fill: this.fillStyle, "fill-opacity": this.globalAlpha };
  }
  stroked() {
    const dashes = this.dashes.length ? { "stroke-dasharray": this.dashes.join(" ") } : {};
    return { fill: "none", stroke: this.strokeStyle, "stroke-opacity": this.globalAlpha, "stroke-width": this.lineWidth, ...dashes };
  }
  put(tag, attributes, look, ...children) {
    this.group.append(svgNode(tag, { ...attributes, ...look }, ...children));
  }
}
/* A canvas takes widths below 0, SVG does not. */
const box = (x, y, width, height) => ({ x: Math.min(x, x + width), y: Math.min(y, y + height), width: Math.abs(width), height: Math.abs(height) });

/** A pen that draws into an SVG group. */
export const svgPen = (group) => new Pen(group);
