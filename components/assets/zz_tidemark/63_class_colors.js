/* Which colours of label classes are hard to see or hard to tell apart, and which would be better.

   A colour is hard to see where its contrast with the page is below 3 : 1 (WCAG, for what is not text). Two are hard to
   tell apart when they differ by less than 10 in CIELAB, as all see them or as people see them who lack the green cones
   (deuteranopia, after Machado, Oliveira and Fernandes 2009). */
(function () {
  "use strict";
  const tm = window.tidemark;
  const PAGES = { light: [255, 255, 255], dark: [18, 21, 26] };
  const LEAST_CONTRAST = 3;
  const LEAST_DIFFERENCE = 10;
  const TO_XYZ = [
    [0.4124, 0.3576, 0.1805],
    [0.2126, 0.7152, 0.0722],
    [0.0193, 0.1192, 0.9505],
  ];
  const WHITE = TO_XYZ.map((row) => row.reduce((sum, part) => sum + part));
  const SIGHTS = {
    all: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    blind: [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
  };

  const { painted, linear, contrast } = tm.colors;
  const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, part, at) => sum + part * vector[at], 0));
  const lab = (rgb, sight) => {
    const seen = times(sight, linear(rgb)).map((value) => Math.min(1, Math.max(0, value)));
    const [x, y, z] = times(TO_XYZ, seen).map((value, at) => {
      const part = value / WHITE[at];
      return part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116;
    });
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const known = new Map(); // colour -> {rgb, all, blind}
  const look = (color) => {
    if (!known.has(color)) {
      const rgb = painted(color);
      known.set(color, { rgb, all: lab(rgb, SIGHTS.all), blind: lab(rgb, SIGHTS.blind) });
    }
    return known.get(color);
  };
  const difference = (one, other, sight) => Math.hypot(...look(one)[sight].map((value, at) => value - look(other)[sight][at]));
  const nearness = (one, other) => Math.min(difference(one, other, "all"), difference(one, other, "blind"));
  const unreadable = (color) => Object.keys(PAGES).find((page) => contrast(look(color).rgb, PAGES[page]) < LEAST_CONTRAST);

  const problem = (color, others) => {
    const page = unreadable(color);
    if (page) return `This colour is hard to see on the ${page} page`;
    const same = others.find((other) => difference(color, other.color, "all") < LEAST_DIFFERENCE);
    if (same) return `This colour is hard to tell from “${same.name}”`;
    const blind = others.find((other) => difference(color, other.color, "blind") < LEAST_DIFFERENCE);
    return blind && `Colour-blind people cannot tell this from “${blind.name}”`;
  };
  const hex = (rgb) => `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
  const grid = () => {
    const steps = [0, 42, 85, 127, 170, 212, 255];
    return steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => hex([red, green, blue]))));
  };

  tm.classColors = {
    /** Any CSS colour as #rrggbb. */
    hex: (color) => hex(look(color).rgb),
    /** What is wrong with a colour beside `others` [{name, color}], as a sentence without its full stop; else undefined. */
    problem,
    /** A colour that all can see and tell from `others`: of the palette if one is left, else the best there is. */
    better: (others, palette) => {
      const apart = (color) => Math.min(Infinity, ...others.map((other) => nearness(color, other.color)));
      const free = palette.find((color) => apart(color) >= LEAST_DIFFERENCE);
      if (free) return free;
      return grid()
        .filter((color) => !unreadable(color))
        .reduce((best, color) => (apart(color) > apart(best) ? color : best));
    },
  };
})();
