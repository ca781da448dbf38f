// What each RST_STREAM of a server means to a call, by the table of gRPC over HTTP/2, section "Errors":
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#errors. Both ends are the engine's, the socket is in memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { Http2Client } from "../../src/transport/http2_client.ts";
import { once } from "../adapters/exchanges.ts";
import { FakeClock, settled } from "../support/fake_clock.ts";
import { MemoryHttp2Server } from "../support/memory_http2_server.ts";
import { pulling } from "../support/pulling_client.ts";

/** By the codes of RFC 9113 section 7; those that gRPC's table leaves out are marked. */
const ROWS: readonly (readonly [resetCode: number, name: string, code: Code])[] = [
  [0, "NO_ERROR", Code.Internal],
  [1, "PROTOCOL_ERROR", Code.Internal],
  [2, "INTERNAL_ERROR", Code.Internal],
  [3, "FLOW_CONTROL_ERROR", Code.Internal],
  [4, "SETTINGS_TIMEOUT", Code.Internal],
  [5, "STREAM_CLOSED", Code.Internal], // not in the table
  [6, "FRAME_SIZE_ERROR", Code.Internal],
  [7, "REFUSED_STREAM", Code.Unavailable],
  [8, "CANCEL", Code.Canceled],
  [9, "COMPRESSION_ERROR", Code.Internal],
  [10, "CONNECT_ERROR", Code.Internal],
  [11, "ENHANCE_YOUR_CALM", Code.ResourceExhausted],
  [12, "INADEQUATE_SECURITY", Code.PermissionDenied],
  [13, "HTTP_1_1_REQUIRED", Code.Unavailable], // not in the table
  [99, "code 99", Code.Unknown], // not in the table
];

for (const [resetCode, name, code] of ROWS) {
  test(`a stream that the server resets with ${name} is told as ${Code[code]}`, async () => {
    const server = new MemoryHttp2Server();
    const client = pulling(new Http2Client({}, { clock: new FakeClock(), random: () => 0.5, dial: server.dial }));
    // Its body cannot be sent again, so that a refusal is told and not tried once more.
    const call = client({ url: "http://server.test/s/m", body: once(new Uint8Array(65_537)) });
    call.catch(() => {});
    await settled();
    server.last.engine.reset(1, resetCode);
    await assert.rejects(call, { code, rawMessage: `The server at server.test:80 reset the stream with ${name}.` });
    assert.deepEqual(server.requests, ["1:1"]);
    await client.close();
  });
}
