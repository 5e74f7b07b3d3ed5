/* Effect of a decision on a label, as on the server (services/annotations/review_decisions.py), so that it is drawn at
   once. */
const accepted = (row) => row.status === "accepted";
const scoreOf = (row) => row.score ?? 0;

export const decisions = {
  /** Is a label waiting for a decision? */
  open: (row) => row.status === "suggested",
  /** Can a label be rejected: is it a suggestion that is not rejected yet? */
  rejectable: (row) => row.status === "suggested" || (accepted(row) && Boolean(row.model)),
  rejected: { status: "rejected", decision: "rejected" },
  /** Does a command `decide` apply to a suggestion? */
  meant: ({ least, below, model, run }, row) =>
    decisions.open(row) &&
    (least === undefined || scoreOf(row) >= least) &&
    (below === undefined || scoreOf(row) < below) &&
    (!model || row.model === model) &&
    (!run || row.run === run),
  /** Values that a change of a label also sets: it accepts a suggestion; {} for other labels. */
  changed: (row, edited = true) => {
    if (accepted(row) && !(edited && row.model)) return {};
    return { status: "accepted", decision: edited ? "edited" : "accepted" };
  },
  /** Values that a decision sets on a label; accepting may change it too. */
  made: {
    reject: (row) => (decisions.rejectable(row) ? decisions.rejected : {}),
    reopen: (row) => (row.status === "rejected" ? { status: "suggested", decision: undefined } : {}),
    decide: (row, command) => (command.what === "accept" ? decisions.changed(row, false) : decisions.rejected),
  },
};
