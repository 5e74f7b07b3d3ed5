/* Labels in start order, kept so while labels come, change and go: with ten thousand of them, sorting all anew at every
   click would be what a click costs. */
const MANY = 500; // more new ones than this are sorted together with all others

/* By start, end, time of making: the order of Save. A label on its way has no time yet and comes last. */
const LAST = "\uffff";
const made = (row) => `${row.created || LAST}${row.id}`;
const inOrder = (a, b) => a.x0 - b.x0 || a.x1 - b.x1 || (made(a) < made(b) ? -1 : 1);

/** Where in a sorted list the first row is for which `reached` is true (it then is for all that follow). */
export const firstPlace = (list, reached) => {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
};
const insert = (list, row) => list.splice(firstPlace(list, (other) => inOrder(other, row) > 0), 0, row);

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
      const fresh = [];
      for (const [id, row] of rows) if (seen.get(id) !== row) fresh.push(row);
      const gone = [...seen.values()].filter((row) => rows.get(row.id) !== row);
      list = gone.length ? list.filter((row) => rows.get(row.id) === row) : list;
      if (fresh.length > MANY) list = [...list, ...fresh].sort(inOrder);
      else fresh.forEach((row) => insert(list, row));
      gone.forEach(({ id }) => seen.delete(id));
      fresh.forEach((row) => seen.set(row.id, row));
      return { fresh, gone };
    },
  };
};
