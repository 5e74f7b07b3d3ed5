/* Edits that the server has not confirmed, by uuid: {recording, command, was}, in localStorage. One request is in flight
   at a time and carries all of them; without an answer it is sent again: the server applies a uuid once. */
import { byId, Kept } from "./dom.mjs";

/* Unsent edits of one user are never sent as another user who logs in later. */
const prefixOf = (user) => (user ? `tidemark-command-of:${encodeURIComponent(user)}:` : "tidemark-command:");
const PATIENCE = 5000; // ms until a request without an answer is sent again

export class Queue extends Kept {
  #waiting = [];
  #timer = 0;
  #failed = false;

  /** @param send sends everything in the queue; `answered` must be called afterwards. */
  constructor(send) {
    super(prefixOf(byId("shell-connection")?.dataset.user));
    Object.assign(this, { send, busy: false });
  }
  /** The edits of a recording in their order: [{recording, command, was}]. */
  of(recording) {
    return [...this.values()].filter((entry) => entry.recording === recording);
  }
  /** All edits by recording. */
  byRecording = () => Map.groupBy(this.values(), ({ recording }) => recording);
  add(entry) {
    this.set(entry.command.uuid, entry);
    this.flush();
  }
  flush() {
    if (this.busy || !this.size) return;
    this.busy = true;
    this.#timer = setTimeout(() => this.answered(), PATIENCE);
    this.send();
  }
  /** The request in flight was answered or failed. */
  answered() {
    clearTimeout(this.#timer);
    this.busy = this.#failed = false;
    if (!this.size) for (const { resolve } of this.#waiting.splice(0)) resolve();
    this.flush();
  }
  /** Result of another request to the same server: after a failure, a success resends at once. */
  heard(ok) {
    if (!ok) this.#failed = true;
    else if (this.#failed) this.answered();
  }
  /** Resolves when every edit is in the database; rejects if sending fails. */
  whenSent() {
    if (!this.size) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
  giveUpWaiting = () => this.#waiting.splice(0).forEach(({ reject }) => reject());
  stop() {
    clearTimeout(this.#timer);
    this.giveUpWaiting();
    this.busy = true; // sending has ended
  }
}
