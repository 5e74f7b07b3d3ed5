/* Labels by id and in start order. The changes of both are recorded: an edit changes a few of ten thousand labels. */
import { firstPlace } from "./dom.mjs";

/* By start, end, creation: the order of saved files. A pending label has no creation time and is last. */
const LAST = "\uffff";
const MANY = 100; // more changes than this are sorted together
const creation = (row) => `${row.created || LAST}${row.id}`;
export const inOrder = (a, b) => a.x0 - b.x0 || a.x1 - b.x1 || (creation(a) < creation(b) ? -1 : 1);
const placeOf = (row, list) => firstPlace(list, (item) => item === row || inOrder(item, row) > 0);

/** The labels {rows, list}; `put` and `clear` change `rows`, `follow` updates `list` and returns what changed. */
export const orderedLabels = () => {
  const [seen, changed] = [new Map(), new Set()];
  const order = { rows: new Map(), list: [] };
  /** Add or replace a row, or with null remove it. */
  order.put = (id, row) => {
    changed.add(id);
    if (row) order.rows.set(id, row);
    else order.rows.delete(id);
  };
  order.clear = () => [...order.rows.keys(), ...seen.keys()].forEach((id) => order.put(id, null));
  /** Index of a row in the list, -1 if missing. */
  order.place = (id) => (seen.has(id) ? placeOf(seen.get(id), order.list) : -1);
  order.follow = () => {
    const [fresh, gone] = [[], []];
    for (const id of changed) {
      const [before, now] = [seen.get(id), order.rows.get(id)];
      if (before === now) continue;
      if (before) gone.push(before), seen.delete(id);
      if (now) fresh.push(now), seen.set(id, now);
    }
    changed.clear();
    const leaving = new Set(gone);
    const many = fresh.length + gone.length > MANY;
    order.list = many ? order.list.filter((row) => !leaving.has(row)).concat(fresh).sort(inOrder) : [...order.list];
    if (!many) gone.forEach((row) => order.list.splice(placeOf(row, order.list), 1));
    if (!many) fresh.forEach((row) => order.list.splice(placeOf(row, order.list), 0, row));
    return { fresh, gone };
  };
  return order;
};
