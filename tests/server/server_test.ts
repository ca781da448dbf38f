// How a server stops: running calls get their time of grace, and are cancelled only after it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "../../src/server/server.ts";
import type { Listener } from "../../src/transport/server_transport.ts";

interface Stopped {
  readonly server: Server;
  readonly steps: string[];
  /** Ends the running calls. */
  readonly finish: () => void;
}

function running(graceMs?: number): Stopped {
  const steps: string[] = [];
  const drained = Promise.withResolvers<void>();
  const listener: Listener = {
    url: "http://memory.invalid",
    port: 0,
    drain: () => {
      steps.push("drain");
      return drained.promise;
    },
    destroy: () => {
      steps.push("destroy");
      return Promise.resolve();
    },
  };
  return { server: new Server(listener, { graceMs }), steps, finish: drained.resolve };
}

test("calls that end within the grace time are not cancelled, and a server closes once", async () => {
  const { server, steps, finish } = running();
  const closing = server.close();
  assert.equal(server.close(), closing);
  finish();
  await closing;
  await server.closed;
  assert.deepEqual(steps, ["drain"]);
});

test("calls that outlast the grace time are cancelled", async () => {
  const { server, steps } = running(0);
  await server.close();
  assert.deepEqual(steps, ["drain", "destroy"]);
});

test("a grace time without end, or longer than timers count, is no grace time of nothing", async () => {
  for (const graceMs of [Infinity, 2 ** 31]) {
    const { server, steps, finish } = running(graceMs);
    const closing = server.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    finish();
    await closing;
    assert.deepEqual(steps, ["drain"]);
  }
});

test("a server whose transport takes no sockets, or no other certificate, says so", () => {
  const { server } = running();
  const socket = { readable: true, writable: true, read: () => null, write: () => true, destroy: () => {} };
  assert.throws(() => server.accept(socket), { name: "ListenError", message: /takes no sockets/ });
  assert.throws(() => server.replaceCertificate({ key: "", cert: "" }), {
    name: "ListenError",
    message: /cannot replace its certificate/,
  });
});
