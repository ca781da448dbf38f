// As many requests as a server answers: so many in flight on each connection, and a new one for each answer.
import { type RawConnection, requireRight } from "./raw_connection.ts";

/** Answers and the seconds they took, the last of them included. Ends the program where an answer is wrong. */
export async function closedLoad(
  connections: readonly RawConnection[],
  streams: number,
  seconds: number,
): Promise<{ count: number; seconds: number }> {
  const before = answered(connections);
  const start = performance.now();
  let isRunning = true;
  const ends = connections.map((connection) =>
    new Promise<void>((resolve) => {
      connection.onAnswer = () => {
        if (isRunning) connection.request();
        else if (connection.inFlight === 0) resolve();
      };
      for (let count = 0; count < streams; count++) connection.request();
      connection.flush();
    })
  );
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  isRunning = false;
  await Promise.all(ends);
  requireRight(connections);
  return { count: answered(connections) - before, seconds: (performance.now() - start) / 1000 };
}

function answered(connections: readonly RawConnection[]): number {
  return connections.reduce((sum, connection) => sum + connection.answered, 0);
}
