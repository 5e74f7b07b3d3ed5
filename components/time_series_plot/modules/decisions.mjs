/* What deciding about suggestions makes of a label, as the server does it (services/annotations/review_decisions.py): a decision
   shows at once. */
const accepted = (row) => row.status === "accepted";
const scoreOf = (row) => row.score ?? 0;

export const decisions = {
  /** Does a label wait for a decision? */
  open: (row) => row.status === "suggested",
  /** Can a label be rejected: was it suggested, and not rejected yet? */
  rejectable: (row) => row.status === "suggested" || (accepted(row) && Boolean(row.model)),
  rejected: { status: "rejected", decision: "rejected" },
  /** Is a suggestion one of those that a command `decide` means? */
  meant: ({ least, below, model, run }, row) =>
    decisions.open(row) &&
    (least === undefined || scoreOf(row) >= least) &&
    (below === undefined || scoreOf(row) < below) &&
    (!model || row.model === model) &&
    (!run || row.run === run),
  /** What changing a label makes of it: a suggestion is accepted thereby; {} where it was none. */
  changed: (row, edited = true) => {
    if (accepted(row) && !(edited && row.model)) return {};
    return { status: "accepted", decision: edited ? "edited" : "accepted" };
  },
  /** What a command that decides makes of a label that it means; accepting one may change it too. */
  made: {
    reject: (row) => (decisions.rejectable(row) ? decisions.rejected : {}),
    reopen: (row) => (row.status === "rejected" ? { status: "suggested", decision: undefined } : {}),
    decide: (row, command) => (command.what === "accept" ? decisions.changed(row, false) : decisions.rejected),
  },
};
