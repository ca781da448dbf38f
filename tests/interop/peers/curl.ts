// curl: gRPC, gRPC-Web and Connect by hand, over HTTP/2 with prior knowledge, over TLS and over HTTP/1.1.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Check, run, TLS } from "../programs.ts";
import type { OurServer, Peer } from "./peer.ts";

const SERVICE = "grpc.testing.TestService";

/** SimpleRequest { response_size: 3 } in an envelope: a flag, a length of four bytes, the message. */
export const SIMPLE_REQUEST: Uint8Array = new Uint8Array([0, 0, 0, 0, 2, 16, 3]);
/** SimpleResponse { payload: { body: 3 zeros } } in an envelope. */
const SIMPLE_RESPONSE = "0000000007" + "0a05" + "1203000000";
/** SimpleRequest { response_status: { code: 5, message: "no" } } in an envelope. */
const FAILING_REQUEST = new Uint8Array([0, 0, 0, 0, 8, 58, 6, 8, 5, 18, 2, 110, 111]);

interface Reply {
  /** Status line, headers, and trailers where there are any. */
  readonly head: string;
  /** The body, as hexadecimal digits. */
  readonly body: string;
}

/** A way to reach the server: options of curl, an origin, and the version that the reply must be in. */
interface Way {
  readonly name: string;
  readonly origin: (server: OurServer) => string;
  readonly options: readonly string[];
  readonly version: "HTTP/2" | "HTTP/1.1";
}

const WAYS: readonly Way[] = [
  {
    name: "h2c with prior knowledge",
    origin: ({ port }) => `http://127.0.0.1:${port}`,
    options: ["--http2-prior-knowledge"],
    version: "HTTP/2",
  },
  {
    name: "TLS, HTTP/2 by ALPN",
    origin: ({ tlsPort }) => `https://localhost:${tlsPort}`,
    options: ["--http2", "--cacert", TLS.ca],
    version: "HTTP/2",
  },
  {
    name: "HTTP/1.1",
    origin: ({ port }) => `http://127.0.0.1:${port}`,
    options: ["--http1.1"],
    version: "HTTP/1.1",
  },
  {
    name: "TLS, HTTP/1.1",
    origin: ({ tlsPort }) => `https://localhost:${tlsPort}`,
    options: ["--http1.1", "--cacert", TLS.ca],
    version: "HTTP/1.1",
  },
];

async function request(
  way: Way,
  server: OurServer,
  path: string,
  type: string | undefined,
  body: Uint8Array | string | undefined,
): Promise<Reply> {
  const folder = mkdtempSync(join(tmpdir(), "sigil-curl-"));
  try {
    const [sent, head, received] = ["sent", "head", "received"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const options = ["--silent", "--show-error", "--max-time", "20", "--dump-header", head, "--output", received];
    if (type !== undefined) options.push("--header", `content-type: ${type}`, "--header", "te: trailers");
    if (body !== undefined) {
      writeFileSync(sent, body);
      options.push("--data-binary", `@${sent}`);
    }
    const command = ["curl", ...way.options, ...options, `${way.origin(server)}/${path}`];
    const { code, stderr } = await run(command);
    if (code !== 0) throw new Error(stderr);
    return { head: readFileSync(head, "utf8"), body: readFileSync(received).toString("hex") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function expect(reply: Reply, way: Way, status: number, ...parts: readonly (RegExp | string)[]): void {
  const lines = [new RegExp(`^${way.version.replace(".", "\\.")} ${status} `), ...parts];
  for (const part of lines) {
    const found = typeof part === "string" ? reply.body === part : part.test(reply.head);
    if (!found) throw new Error(`there is no ${part} in\n${reply.head}\n${reply.body}`);
  }
}

function hex(text: string): string {
  return new TextEncoder().encode(text).toHex();
}

type Step = (way: Way, server: OurServer) => Promise<void>;

const STEPS: Readonly<Record<string, Step>> = {
  async "gRPC, unary"(way, server) {
    const reply = await request(way, server, `${SERVICE}/UnaryCall`, "application/grpc", SIMPLE_REQUEST);
    expect(reply, way, 200, SIMPLE_RESPONSE, /^content-type: application\/grpc/m, /^grpc-status: 0/m);
  },
  async "gRPC, an error"(way, server) {
    const reply = await request(way, server, `${SERVICE}/UnaryCall`, "application/grpc+proto", FAILING_REQUEST);
    expect(reply, way, 200, "", /^grpc-status: 5/m, /^grpc-message: no/m, /^grpc-status-details-bin: /m);
  },
  async "gRPC-Web"(way, server) {
    const reply = await request(way, server, `${SERVICE}/UnaryCall`, "application/grpc-web", SIMPLE_REQUEST);
    const trailer = hex("grpc-status:0\r\n");
    expect(reply, way, 200, `${SIMPLE_RESPONSE}800000000f${trailer}`, /^content-type: application\/grpc-web/m);
  },
  async "Connect JSON, unary"(way, server) {
    const reply = await request(way, server, `${SERVICE}/UnaryCall`, "application/json", '{"responseSize":3}');
    expect(reply, way, 200, hex('{"payload":{"body":"AAAA"}}'));
  },
  async "Connect, an error"(way, server) {
    const body = '{"responseStatus":{"code":5,"message":"no"}}';
    const reply = await request(way, server, `${SERVICE}/UnaryCall`, "application/json", body);
    expect(reply, way, 404, /^content-type: application\/json/m);
  },
  async "Connect, server streaming"(way, server) {
    const message = '{"responseParameters":[{"size":3},{"size":1}]}';
    const prefixed = new Uint8Array([0, 0, 0, 0, message.length, ...new TextEncoder().encode(message)]);
    const reply = await request(way, server, `${SERVICE}/StreamingOutputCall`, "application/connect+json", prefixed);
    const replies = ['{"payload":{"body":"AAAA"}}', '{"payload":{"body":"AA=="}}'];
    const frames = replies.map((text) => `00000000${text.length.toString(16).padStart(2, "0")}${hex(text)}`);
    expect(reply, way, 200, `${frames.join("")}0200000002${hex("{}")}`);
  },
  async "Connect GET"(way, server) {
    const query = `encoding=json&message=${encodeURIComponent('{"responseSize":3}')}`;
    const reply = await request(way, server, `${SERVICE}/CacheableUnaryCall?${query}`, undefined, undefined);
    expect(reply, way, 200, hex('{"payload":{"body":"AAAA"}}'), /^cache-control: max-age=60, public/m);
  },
};

export const curl: Peer = {
  name: "curl",
  about: "curl: all three protocols over h2c, TLS and HTTP/1.1",
  async *callOurServer(server: OurServer): AsyncGenerator<Check> {
    for (const way of WAYS) {
      for (const [name, step] of Object.entries(STEPS)) {
        if (name.startsWith("gRPC, ") && way.version !== "HTTP/2") continue;
        const error = await step(way, server).then(() => undefined, String);
        yield { name: `${name} over ${way.name}`, error };
      }
    }
  },
};
