// How to have Deno look at all sockets. Its event loop is a task of tokio's, which asks the system what can be read when that
// task waits, and else with every 61st of its rounds only. Until then Deno reads on from the sockets that it knows to be
// readable: one peer that sends without a pause would keep all others waiting for 61 turns of whatever length.

/** Rounds of the loop, of two microseconds where it has nothing else to do. */
const ROUNDS = 61;

/** Calls back when Deno has asked the system about all sockets: after some 150 microseconds if it has nothing else to do. */
export function pollSockets(done: () => void): void {
  let left = ROUNDS;
  const next = (): void => {
    if (--left === 0) done();
    else setImmediate(next);
  };
  setImmediate(next);
}
