/* Labels in start order while labels come, change and go, and what changed. */
import { firstPlace } from "./dom.mjs";

/* By start, end, time of making: the order of Save. A label on its way has no time yet and comes last. */
const LAST = "\uffff";
const made = (row) => `${row.created || LAST}${row.id}`;
const inOrder = (a, b) => a.x0 - b.x0 || a.x1 - b.x1 || (made(a) < made(b) ? -1 : 1);

/** The order of the rows in a Map of id -> row; `follow` looks what changed in it and returns that. */
export const orderOf = (rows) => {
  let list = [];
  let seen = new Map();
  return {
    get list() {
      return list;
    },
    /** Place of a row in the list, -1 when it is not there. */
    place: (id) => {
      const row = seen.get(id);
      return row ? firstPlace(list, (other) => other === row || inOrder(other, row) > 0) : -1;
    },
    follow: () => {
      const fresh = [...rows.values()].filter((row) => seen.get(row.id) !== row);
      const gone = [...seen.values()].filter((row) => rows.get(row.id) !== row);
      list = [...list.filter((row) => rows.get(row.id) === row), ...fresh].sort(inOrder); // quick where nearly all is in order
      seen = new Map(rows);
      return { fresh, gone };
    },
  };
};
