"""Incremental updates after edits equal a complete redraw: order, lanes, rows, picture."""

from __future__ import annotations

import pytest

from tests.browser.desk import Desk, Workbench

# After every step the canvas is read, everything is redrawn, and it is read again. A step whose answer came
# meanwhile is looked at once more.
STEPS = """
async ([seed, count]) => {
  const tm = plot;
  const random = (most) => ((seed = (seed * 1103515245 + 12345) % 2147483648), Math.floor((seed / 2147483648) * most));
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const canvas = () => document.querySelector(".tm-canvas:not(.tm-canvas-front)");
  const read = () => canvas().getContext("2d").getImageData(0, 0, canvas().width, canvas().height).data.slice();
  let changes = 0;
  tm.on("labels", () => (changes += 1));
  const any = () => tm.labels.list()[random(tm.labels.rows.size)]?.id;
  const names = ["P", "QRS", "a name that is long", "T wave"];
  const steps = {
    add: () => {
      const [x0, label, channels] = [random(980), names[random(4)], random(4) ? null : [1]];
      const x1 = x0 + [0, 0, 4, 15, 60][random(5)];
      tm.labels.send({ kind: "add", id: crypto.randomUUID(), x0, x1, label, channels });
    },
    move: () => any() && tm.labels.change("move", [any()], { x0: random(900), x1: random(900) }),
    remove: () => any() && tm.labels.change("delete", [any()]),
    relabel: () => any() && tm.labels.change("relabel", [any()], { label: names[random(4)] }),
    select: () => tm.labels.select([any(), any()].filter(Boolean), "plot"),
    none: () => tm.labels.select([]),
    undo: () => tm.actions.undo(),
    redo: () => tm.actions.redo(),
  };
  const kinds = ["add", "add", "add", "add", "move", "remove", "relabel", "select", "select", "none", "undo", "redo"];
  for (let number = 0; number < count; number += 1) {
    const kind = kinds[random(kinds.length)];
    steps[kind]();
    for (let known = -1; known !== changes; ) {
      known = changes;
      await frames();
      if (known !== changes) known = -1;
      const kept = read();
      tm.overlay.draw();
      await frames();
      const redrawn = read();
      const other = kept.findIndex((value, at) => Math.abs(value - redrawn[at]) > 48);
      if (known === changes && other >= 0) {
        const [x, y] = [(other / 4) % canvas().width, Math.floor(other / 4 / canvas().width)];
        throw new Error(`after ${kind}, step ${number}: another picture at ${x}, ${y}`);
      }
    }
  }
}
"""
KEPT = """
() => { const tm = plot, { list, rows } = tm.labels, all = list();
  const sorted = [...rows.values()].sort((a, b) => a.x0 - b.x0 || a.x1 - b.x1
      || (a.created + a.id < b.created + b.id ? -1 : 1));
  const lanes = new Map();
  for (const row of all) lanes.set(tm.lanes.of(row.id), [...(lanes.get(tm.lanes.of(row.id)) || []), row]);
  const apart = [...lanes].every(([lane, inLane]) => lane === 5
      || inLane.every((row, at) => !at || inLane[at - 1].x1 < row.x0));
  return { size: all.length, sorted: sorted.every((row, at) => row === all[at]), apart,
      found: tm.lanes.between(-10, 2000).length, place: all.every((row, at) => tm.labels.rank(row.id) === at + 1) }; }
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_edits_the_incremental_state_equals_a_redraw(
    desk: Desk, bench: Workbench, recording: int, seed: int
) -> None:
    desk.label(recording, *[(start, start + 10, "P") for start in range(0, 1000 - 20, 20)])
    bench.wait("() => plot.labels.rows.size === 49")
    bench.page.evaluate(STEPS, [seed, 60])
    bench.wait_kept()
    bench.wait("() => plot.labels.list().every(({ pending }) => !pending)")
    size = len(desk.labels(recording))
    kept = bench.page.evaluate(KEPT)
    assert kept == {"size": size, "sorted": True, "apart": True, "found": size, "place": True}
    bench.wait(
        """async () => { const api = dash_ag_grid.getApi('label-table'); const ids = [];
            api.forEachNodeAfterFilterAndSort(({ data }) => ids.push(data.id));
            return ids.join() === plot.labels.list().map(({ id }) => id).join(); }"""
    )
