// B6 to B10, B13: metadata that breaks out of its place, texts that encoders choke on, times without end, base64 that is none,
// and what a foreign web page may send. Also envelopes that break the rules of their protocol.
import { bytes, data, headers } from "../support/frames.ts";
import { type Attack, type Scene, streamIds } from "./attack.ts";
import { call, callFields, callOn, type CallOptions, envelope, parcel, varint } from "./call.ts";

const FAIL = "/live.v1.Target/Fail";
const SUM = "/live.v1.Target/Sum";
const NOTHING = new Uint8Array(0);
const EMPTY = envelope(NOTHING);

/** Calls with what each is to be answered; tells of the first that is not. */
async function each(scene: Scene, calls: readonly (readonly [CallOptions, RegExp])[]): Promise<string> {
  const wire = await scene.greet();
  for (const [index, [options, expected]] of calls.entries()) {
    const told = await callOn(wire, 1 + 2 * index, options, scene.leftMs);
    if (!expected.test(told)) return `${told}, for number ${index + 1}, which is to be ${expected.source}`;
  }
  return `all ${calls.length} as they should be`;
}

const AS_EXPECTED = /^all \d+ as they should be/;

/** The same message for a method, in the three protocols. */
function ways(path: string, message: Uint8Array, expected: readonly [RegExp, RegExp, RegExp]): [CallOptions, RegExp][] {
  return [
    [{ protocol: "grpc", path, body: envelope(message) }, expected[0]],
    [{ protocol: "grpc-web", path, body: envelope(message) }, expected[1]],
    [{ protocol: "connect", path, body: message }, expected[2]],
  ];
}

export const metadataAttacks: readonly Attack[] = [
  {
    id: "B6",
    name: "an error's text that forges a status, in trailers and in gRPC-Web's block of text",
    expected: AS_EXPECTED,
    run: (scene) =>
      each(
        scene,
        ways(FAIL, parcel([1, "x\r\ngrpc-status:0\r\nx: \0"]), [
          /grpc-status 14 x%0D%0Agrpc-status:0%0D%0Ax: %00$/,
          /grpc-status:14 .*grpc-message:x%0D%0Agrpc-status:0%0D%0Ax: %00|grpc-message:x%0D%0Agrpc-status:0%0D%0Ax: %00 grpc-status:14$/,
          /^HTTP 503 .*"code":"unavailable".*\\r\\ngrpc-status:0/,
        ]),
      ),
  },
  {
    id: "B6",
    name: "metadata of a reply that holds line breaks, or names of the protocol",
    expected: AS_EXPECTED,
    run: (scene) =>
      each(scene, [
        ...ways("/live.v1.Target/Mark", parcel([1, "x\r\ngrpc-status: 0"]), [
          /grpc-status 13/,
          /grpc-status:13/,
          /^HTTP 500 .*"internal"/,
        ]),
        [
          { more: [["grpc-status", "0"], ["connect-timeout-ms", "1"], ["trailer-x", "y"]], body: EMPTY },
          /grpc-status 0/,
        ],
      ]),
  },
  {
    id: "B7",
    name: "texts that percent-encoders choke on: lone surrogates, percent signs, all of Unicode",
    expected: AS_EXPECTED,
    run: (scene) =>
      each(scene, [
        ...ways(FAIL, bytes(parcel([1, "ab😀"]), [6 << 3, 3]), [
          /grpc-status 14 ab%EF%BF%BD$/,
          /grpc-status:14 grpc-message:ab%EF%BF%BD|grpc-message:ab%EF%BF%BD grpc-status:14$/,
          /^HTTP 503 .*"message":"ab/,
        ]),
        [{ path: FAIL, body: envelope(parcel([1, "100% %zz %"])) }, /grpc-status 14 100%25 %25zz %25$/],
        [{ path: FAIL, body: envelope(parcel([1, "é".repeat(100_000)])) }, /grpc-status 14 %C3%A9/],
      ]),
  },
  {
    id: "B8",
    name: "timeouts that overflow a timer, and timeouts that are none",
    expected: AS_EXPECTED,
    run: (scene) =>
      each(scene, [
        ...["99999999S", "99999999H", "99999999M"].map((value): [CallOptions, RegExp] => [
          { path: "/live.v1.Target/GoOn", more: [["grpc-timeout", value]], body: envelope(bytes([6 << 3, 50])) },
          /grpc-status 0/,
        ]),
        ...["123456789S", "1x", "-1S", "1.5S", "", "S", "1 S", "٣S", "1e3S"].map((value): [CallOptions, RegExp] => [
          { more: [["grpc-timeout", value]], body: EMPTY },
          /grpc-status (3|13)|^RST_STREAM PROTOCOL_ERROR/,
        ]),
        [{ protocol: "connect", more: [["connect-timeout-ms", "9999999999"]], body: NOTHING }, /^HTTP 200/],
        ...["99999999999", "-1", "1.5", "1e3", "x"].map((value): [CallOptions, RegExp] => [
          { protocol: "connect", more: [["connect-timeout-ms", value]], body: NOTHING },
          /^HTTP 400 .*"invalid_argument"/,
        ]),
        [{ path: "/live.v1.Target/Wait", more: [["grpc-timeout", "0n"]], body: EMPTY }, /grpc-status 4/],
      ]),
  },
  {
    id: "B13",
    name: "2,000 calls that end in a millisecond, of handlers that go on for 300 ms",
    maxHandlers: 256,
    // Twice in a row, handlers of one round would be counted in the next.
    once: true,
    expected: /^2000 ended/,
    async run(scene) {
      const wire = await scene.greet();
      const goOn = callFields({ path: "/live.v1.Target/GoOn", more: [["grpc-timeout", "1m"]] });
      const body = envelope(bytes([6 << 3], varint(300)));
      const ids = streamIds(1, 2000);
      for (const id of ids) {
        await wire.until(() => wire.endedStreams > (id - 1) / 2 - 200 || wire.goaway !== undefined, scene.leftMs);
        await wire.write(bytes(headers(id, goOn), data(id, body, { endStream: true })));
      }
      await wire.until(() => wire.endedStreams >= 2000 || wire.goaway !== undefined, scene.leftMs);
      return wire.goaway === undefined ? `${wire.endedStreams} ended` : wire.told();
    },
  },
  {
    id: "B9",
    name: "base64 that is none, in metadata and in the query of a GET",
    expected: AS_EXPECTED,
    run: (scene) =>
      each(scene, [
        [{ more: [["x-bin", "!!!!"], ["y-bin", "YQ,Yg"], ["z-bin", "="]], body: EMPTY }, /grpc-status 0/],
        ...["!!!!", "YQ,Yg", "A", "AAAA====", "%ff%fe", "%00"].map((value): [CallOptions, RegExp] => [
          {
            method: "GET",
            contentType: "",
            path: `/live.v1.Target/Echo?encoding=proto&base64=1&connect=v1&message=${value}`,
          },
          /^HTTP 400 .*"invalid_argument"/,
        ]),
        [
          { contentType: "application/grpc-web-text", body: bytes([0x21, 0x21, 0x21, 0x21]) },
          /^HTTP 415|grpc-status:? ?(3|13)|^HTTP 200 [A-Za-z0-9+/=]+$/,
        ],
      ]),
  },
  {
    id: "B10",
    name: "what any web page may send without asking: forms, text, no type at all, types that only look right",
    expected: AS_EXPECTED,
    run: (scene) =>
      each(scene, [
        ...[
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "application/jsonp",
          "application/grpcfoo",
          "text/plain; application/json",
        ]
          .map((contentType): [CallOptions, RegExp] => [{ contentType, body: NOTHING }, /^HTTP 415/]),
        [{ contentType: "", body: NOTHING }, /^HTTP 415/],
        [{ contentType: "", method: "GET", path: `${FAIL}?encoding=json&message={}` }, /^HTTP 405/],
        [{ method: "PUT", body: EMPTY }, /^HTTP (405|415)|grpc-status 12/],
        [{ method: "TRACE" }, /^HTTP (405|415)|grpc-status 12/],
      ]),
  },
  {
    id: "B10",
    name: "a preflight and a call of a foreign origin, which are given no leave",
    expected: /^no leave is given/,
    async run(scene) {
      const wire = await scene.greet();
      const more = [["origin", "https://evil.example"], ["access-control-request-method", "POST"]] as const;
      await callOn(wire, 1, { method: "OPTIONS", contentType: "", more }, scene.leftMs);
      await callOn(wire, 3, { protocol: "connect", more, body: NOTHING }, scene.leftMs);
      const leave = [1, 3].flatMap((id) => [...wire.reply(id).head]).filter(([name]) =>
        name.startsWith("access-control-allow")
      );
      return leave.length === 0 ? "no leave is given" : leave.join("; ");
    },
  },
  {
    id: "B1",
    name: "envelopes that are cut off, have unknown flags, are none, or are two where one is asked for",
    expected: AS_EXPECTED,
    run: (scene) => {
      const refused = /grpc-status:? ?(3|12|13)|"(invalid_argument|internal|unimplemented)"/;
      const bodies: readonly Uint8Array[] = [
        new Uint8Array([0, 0, 0]),
        envelope(new Uint8Array(3), 0, 4),
        envelope(NOTHING, 0x40),
        envelope(NOTHING, 0x82),
      ];
      const unary = [...bodies, NOTHING, bytes(EMPTY, EMPTY)];
      return each(scene, [
        ...unary.map((body): [CallOptions, RegExp] => [{ protocol: "grpc", body }, refused]),
        ...unary.map((body): [CallOptions, RegExp] => [{ protocol: "grpc-web", body }, refused]),
        ...bodies.map((body): [CallOptions, RegExp] => [{ protocol: "grpc", path: SUM, body }, refused]),
        ...bodies.slice(0, 3).map((
          body,
        ): [CallOptions, RegExp] => [{ protocol: "connect stream", path: SUM, body }, refused]),
      ]);
    },
  },
  {
    id: "B1",
    name: "13,000 empty messages in one window",
    expected: /grpc-status 0/,
    run: (scene) => {
      const all = new Uint8Array(13_000 * 5);
      return call(scene, { path: SUM, body: all });
    },
  },
];
