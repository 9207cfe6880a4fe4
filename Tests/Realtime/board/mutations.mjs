/**
 * Rules that are taken out one at a time: of the client by changing its text, of the server by leaving them out. `seeds`
 * is how many times as many seeds may be needed.
 */
export const mutations = [
  { name: "the server's check for pushes it has", omit: ["dedup"] },
  { name: "the server's check for missing pushes", omit: ["gap"] },
  { name: "dropping what the welcome confirms", changes: [["push.n > welcome.ackN)", "true)"]], seeds: 4 },
  { name: "the check for missing events", changes: [["if (event.seq !== this.base.seq + 1)", "if (false)"]] },
  {
    name: "any check of the order of events",
    changes: [["|| event.seq <= this.base.seq)", "|| false)"], ["if (event.seq !== this.base.seq + 1)", "if (false)"]],
  },
  { name: "putting one's own changes back on top", changes: [["if (ids.has(operation[1]))", "if (false)"]] },
  { name: "the head of the heartbeat", changes: [["seq > this.base.seq)", "false)"]], loses: true, seeds: 4 },
  { name: "keeping a push before it is sent", changes: [["push.n > this.kept ||", "false ||"]] },
  { name: "leaving alone in undo what others have changed", changes: [["if (sameValue(now[field], after))", "if (true)"]] },
];
