/* Channels of a label: all, only those of the row where it is marked, or chosen ones. The control next to the label
   field shows this for the mark, else for the selected labels, else for the next mark. */
import { element, update } from "./dom.mjs";

export default (plot) => {
  const scope = (plot.scope = { mode: plot.preferences.get("scope") || "all" }); // or a list of channels, for this recording
  let row = null; // channels of the row in which the pending mark began

  plot.channelNames = (channels) => channels.map((index) => plot.view.recording?.channels[index]?.name ?? `#${index}`).join(", ");

  /** Channels of the row at a height in the graph; in the lane above the plot those of the first row. */
  const rowAt = (py, px) => {
    const rows = plot.view.rows();
    const { bottom } = rows.find((row) => py <= row.bottom) || rows.at(-1) || {};
    const line = rows.filter((row) => row.bottom === bottom);
    return (line.find(({ right }) => px <= right) || line.at(-1))?.channels ?? null;
  };
  const all = () => (plot.view.recording ? plot.view.recording.channels.length : 0);
  /* A list of all channels becomes null: all channels. */
  const clean = (channels) => (channels && channels.length && channels.length < all() ? [...channels].sort((a, b) => a - b) : null);
  const chosen = () => clean(scope.mode === "all" ? null : scope.mode === "row" ? row : scope.mode);

  /** Begin a mark at this height. */
  scope.begin = (py, px = plot.overlay.hover) => {
    row = rowAt(py, px);
    plot.marks.channels = chosen();
  };
  const selected = () => (plot.marks.start === null ? plot.labels.selected() : []);
  const rescope = (rows, channels) => {
    const ids = rows.filter((label) => String(label.channels) !== String(channels)).map(({ id }) => id);
    if (ids.length) plot.labels.change("scope", ids, { channels });
  };
  const setMode = (scope.use = (mode) => {
    scope.mode = mode;
    if (typeof mode === "string") plot.preferences.keep("scope", mode === "all" ? null : mode);
    if (plot.marks.start !== null) plot.marks.channels = chosen();
    plot.overlay.drawFront();
    plot.emit("scope");
  });
  /* Switch between all channels and one row: for labels the row under the cursor, for marks the row of their start. */
  plot.actions.scope = () => {
    if (all() < 2) return plot.toast("This file has one channel: every label is about it.");
    const rows = selected();
    if (!rows.length) return setMode(scope.mode === "all" ? "row" : "all");
    if (rows.some(({ channels }) => channels)) return rescope(rows, null);
    if (plot.overlay.hover === null) return plot.toast("Point at the row that the selected labels are about.");
    rescope(rows, clean(rowAt(plot.overlay.hoverY, plot.overlay.hover)));
  };

  /* ---- the control ------------------------------------------------------------------------------- */
  const words = () => {
    const rows = selected();
    const named = (channels) => (channels ? plot.channelNames(channels) : "All channels");
    if (new Set(rows.map(({ channels }) => String(channels))).size > 1) return "Different channels";
    if (rows.length) return named(rows[0].channels);
    if (plot.marks.start !== null) return named(plot.marks.channels);
    return scope.mode === "row" ? "Only its row" : named(scope.mode === "all" ? null : scope.mode);
  };
  const follow = () => {
    const [text, rows] = [words(), selected()];
    const subject = rows.length ? `the selected ${rows.length === 1 ? "label is" : "labels are"}` : "a new label is";
    const button = update("selection-scope-button", { words: `Channels that ${subject} about: ${text}${plot.keys.after("scope")}` });
    if (!button) return;
    button.parentElement.hidden = all() < 2;
    button.replaceChildren(element("span", {}, text));
    button.dataset.scope = text === "All channels" ? "all" : "some";
  };
  for (const event of ["marks", "labels", "selection", "mounted", "channels", "keymap", "scope"]) plot.on(event, follow);
  plot.on("recording", () => {
    row = null;
    if (Array.isArray(scope.mode)) scope.mode = "all";
  });
};
