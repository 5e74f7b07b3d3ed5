"""HTML inside a TimeSeriesPlot: the plot with the handles of a label, the confidence lane, and the overview.

HTML instead of Dash components: each mounted component costs time in every callback, and no callback changes these.
"""

from __future__ import annotations

from html import escape

PLOT = "Plot of the recording. Click a start and an end to mark a segment."
TIME = "Displayed form of times. Saved files always contain the file's own time."
CONFIDENCE = (
    "How sure the newest run of a model was of its class at each sample: a full lane is 1. Where it is marked, the "
    "model was less than 0.6 sure."
)
OVERVIEW = (
    "The whole file. Drag the bright part to move the view, its edges to zoom, outside it for a new range; click to go "
    "there, double-click for the whole file."
)
PART = "Visible part of the file"
HTML = """\
<div id="{identity}" class="tm-plot" role="application" aria-label="{PLOT}" style="touch-action: none">
  <div class="tm-graph"></div>
  <div class="tm-handle" data-edge="x0" title="Drag to move the start" hidden></div>
  <div class="tm-handle" data-edge="x1" title="Drag to move the end" hidden></div>
  <select id="plot-time" class="tm-plain-select" title="{TIME}" aria-label="Show times as"></select>
  <div id="label-readout" class="tm-readout" aria-hidden="true"></div>
  <div class="tm-values" aria-hidden="true" hidden></div>
  <span class="tm-paper-caption"></span>
  <div class="tm-row-names"></div>
</div>
<div id="plot-confidence" class="tm-confidence" title="{CONFIDENCE}" role="img" aria-label="{CONFIDENCE}"{hidden}>
  <span id="plot-confidence-value" class="tm-confidence-value">sure</span>
  <div class="tm-confidence-lane"><canvas></canvas></div>
</div>
<div class="tm-overview">
  <select id="plot-overview-channel" class="tm-plain-select" aria-label="Channel that the overview shows"></select>
  <div id="plot-overview" class="tm-overview-strip" title="{OVERVIEW}" role="slider" tabindex="0" aria-label="{PART}"
    aria-orientation="horizontal" aria-valuemin="0" aria-valuemax="100" style="touch-action: none"
    ><canvas></canvas><div class="tm-brush"
    ><i class="tm-brush-edge" data-edge="from"></i><i class="tm-brush-edge" data-edge="to"></i></div></div>
</div>
"""


def elements(identity: str, sure: bool) -> str:
    """The HTML; ``sure``: a model has been run over the recording, so the confidence lane is shown."""
    words = {"PLOT": PLOT, "TIME": TIME, "CONFIDENCE": CONFIDENCE, "OVERVIEW": OVERVIEW, "PART": PART}
    quoted = {name: escape(text) for name, text in words.items()}
    return HTML.format(identity=escape(identity), hidden="" if sure else " hidden", **quoted)
