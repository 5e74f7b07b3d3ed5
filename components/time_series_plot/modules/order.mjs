/* Labels in start order, updated by changes. */
import { firstPlace } from "./dom.mjs";

/* By start, end, creation: the order of saved files. A pending label has no creation time and is last. */
const LAST = "\uffff";
const creation = (row) => `${row.created || LAST}${row.id}`;
const inOrder = (a, b) => a.x0 - b.x0 || a.x1 - b.x1 || (creation(a) < creation(b) ? -1 : 1);

/** The order of the rows in a Map of id -> row; `follow` updates it and returns what changed. */
export const orderOf = (rows) => {
  let list = [];
  let seen = new Map();
  return {
    get list() {
      return list;
    },
    /** Index of a row in the list, -1 if missing. */
    place: (id) => {
      const row = seen.get(id);
      return row ? firstPlace(list, (item) => item === row || inOrder(item, row) > 0) : -1;
    },
    follow: () => {
      const fresh = [...rows.values()].filter((row) => seen.get(row.id) !== row);
      const removed = [...seen.values()].filter((row) => rows.get(row.id) !== row);
      list = [...list.filter((row) => rows.get(row.id) === row), ...fresh].sort(inOrder); // fast for nearly sorted lists
      seen = new Map(rows);
      return { fresh, gone: removed };
    },
  };
};
