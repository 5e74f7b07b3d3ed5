/* Preview of an edit in the plot: labels before it with a dashed red outline, labels after it with a solid green one. */
import { cssColor, textFont, within } from "./dom.mjs";

export default (plot) => {
  let preview = null;

  const draw = (context, place) => {
    const [was, is] = [cssColor("--tm-bad"), cssColor("--tm-good")];
    within(context, { ...place, left: place.left - 1, right: place.right + 1, top: place.lane }, () => {
      for (const row of preview.before) ghost(context, place, row, was, true);
      for (const row of preview.after) ghost(context, place, row, is, false);
    });
  };
  const ghost = (context, place, row, color, before) => {
    let [from, to] = [place.pixel(row.x0), place.pixel(row.x1)];
    if (to < place.left || from > place.right) return;
    if (to - from < 3) [from, to] = [(from + to) / 2 - 1.5, (from + to) / 2 + 1.5];
    const [left, right] = [Math.max(from, place.left - 4), Math.min(to, place.right + 4)]; // avoids a dashed line of a million px
    const height = place.bottom - place.top;
    context.strokeStyle = context.fillStyle = color;
    context.globalAlpha = before ? 0.07 : 0.12;
    context.fillRect(left, place.top, right - left, height);
    context.globalAlpha = 1;
    context.lineWidth = 2;
    context.setLineDash(before ? [5, 4] : []);
    context.strokeRect(left, place.top + 1, right - left, height - 2);
    context.setLineDash([]);
    if (preview.before.length + preview.after.length <= 12) name(context, place, row, Math.max(left, place.left), before);
  };
  /* “Before” is at the bottom, “after” at the top, so that both are readable where they overlap. */
  const name = (context, place, row, left, before) => {
    const text = `${before ? "before" : "after"}: ${row.label}`;
    context.font = `600 11px ${textFont()}`;
    context.textBaseline = "middle";
    const width = context.measureText(text).width + 10;
    const start = Math.max(place.left + 2, Math.min(left + 3, place.right - width - 2));
    const top = before ? place.bottom - 21 : place.top + 4;
    context.fillRect(start, top, width, 17);
    context.fillStyle = cssColor("--bs-body-bg");
    context.fillText(text, start + 5, top + 9);
  };

  plot.overlay.front.push({ active: () => preview !== null, draw });
  plot.ghosts = {
    /** Draw {before, after}, lists of {x0, x1, label}; null removes the preview. */
    show: (change) => {
      if (preview === null && change === null) return;
      preview = change;
      plot.overlay.drawFront();
    },
  };
  for (const event of ["recording", "closed"]) plot.on(event, () => plot.ghosts.show(null));
};
