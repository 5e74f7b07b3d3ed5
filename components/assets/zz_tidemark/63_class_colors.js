/* Colours of label classes as #rrggbb; what is wrong with a colour is known by services/label_classes/colors.py. */
(function () {
  "use strict";
  const tm = window.tidemark;
  tm.classColors = { hex: (color) => `#${tm.colors.painted(color).map((value) => value.toString(16).padStart(2, "0")).join("")}` };
})();
