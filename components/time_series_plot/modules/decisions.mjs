/* Effect of a decision on a label, as on the server (services/annotations/review_decisions.py), so that it is drawn at
   once. */
const accepted = (row) => row.status === "accepted";

export const decisions = {
  /** Is a label waiting for a decision? */
  open: (row) => row.status === "suggested",
  /** Can a label be rejected: is it a suggestion that is not rejected yet? */
  rejectable: (row) => row.status === "suggested" || (accepted(row) && Boolean(row.model)),
  rejected: { status: "rejected", decision: "rejected" },
  /** Values that a change of a label also sets: it accepts a suggestion; {} for other labels. */
  changed: (row, edited = true) => {
    if (accepted(row) && !(edited && row.model)) return {};
    return { status: "accepted", decision: edited ? "edited" : "accepted" };
  },
  /** Values that a decision sets on a label; accepting may change it too. */
  made: {
    reject: (row) => (decisions.rejectable(row) ? decisions.rejected : {}),
    reopen: (row) => (row.status === "rejected" ? { status: "suggested", decision: undefined } : {}),
  },
};
