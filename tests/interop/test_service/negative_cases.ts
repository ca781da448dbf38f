// The negative HTTP/2 cases of gRPC's interop suite for a client; the server does each case's mischief, and checks what it can
// see of the client: https://github.com/grpc/grpc/blob/master/doc/negative-http2-interop-test-descriptions.md
import { Code } from "sigil";
import { expectCode, largeUnary, rejection, type Run, type TestClient } from "./cases.ts";

/** Milliseconds in which a GOAWAY behind a reply has come. */
const GOAWAY_MS = 200;
const CONCURRENT_CALLS = 15;

// The server resets with NO_ERROR, which gRPC's table makes INTERNAL.
async function fails(client: TestClient): Promise<void> {
  expectCode(await rejection(largeUnary(client)), Code.Internal);
}

/** The cases, by the suite's names. */
export const negativeCases: Readonly<Record<string, Run>> = {
  async goaway(client) {
    await largeUnary(client);
    await new Promise((resolve) => setTimeout(resolve, GOAWAY_MS));
    await largeUnary(client);
  },
  rst_after_header: fails,
  rst_during_data: fails,
  rst_after_data: fails,
  ping: largeUnary,
  async max_streams(client) {
    await largeUnary(client);
    await Promise.all(Array.from({ length: CONCURRENT_CALLS }, () => largeUnary(client)));
  },
};
