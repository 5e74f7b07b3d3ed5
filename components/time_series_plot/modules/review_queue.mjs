/* The order in which suggestions teach most (services/annotations/review_queue.py): the least certain first, but spread over the signal
   and over files. The review sorts by it while the least certain come first. */
import { shell } from "./bridge.mjs";

export default (plot) => {
  const MOST = 200;
  let ranks = new Map(); // suggestion of the open file → its place in the queue

  const offers = async (query) => {
    try {
      return (await shell.ask(`/review-queue?most=${MOST}${query}`)).offers;
    } catch {
      return []; // then the score alone decides
    }
  };
  const rank = ({ id }) => ranks.get(id) ?? MOST;

  plot.reviewQueue = {
    /** Compare two suggestions by their places in the queue; 0 where it says nothing of either. */
    compare: (one, other) => rank(one) - rank(other),
    /** Ask for the queue of the open file. */
    read: async () => {
      const { id } = plot.view.recording;
      const found = await offers(`&recording=${id}`);
      if (plot.view.recording?.id === id) ranks = new Map(found.map((offer, place) => [offer.id, place]));
    },
    /** The other file in which the next suggestion waits, null without one. */
    elsewhere: async (recording) => (await offers("")).find((offer) => offer.recording !== recording)?.recording ?? null,
  };
};
