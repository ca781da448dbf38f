// The HTTP/2 client over the sockets of Cloudflare Workers.
import type { HttpClient } from "../../http/client_exchange.ts";
import type { ClientSocket } from "../../transport/client_socket.ts";
import type { Clock } from "../../transport/clock.ts";
import { Http2Client, type Http2ClientOptions } from "../../transport/http2_client.ts";
import type { Http2Target } from "../../transport/http2_target.ts";
import { CloudflareClientSocket, type CloudflareConnect } from "./socket.ts";

/** How a client in a Worker connects. */
export interface CloudflareSocketsClientOptions extends Omit<Http2ClientOptions, "socketPath"> {
  /** `connect`, imported from `cloudflare:sockets`. */
  connect: CloudflareConnect;
}

/**
 * An HTTP/2 client over a Worker's sockets. Everything that holds for `socketsClient` holds here, but that a Worker's TLS
 * knows no ALPN: servers that insist on it, as grpc-go does, refuse `https://`.
 */
export function cloudflareSocketsClient(options: CloudflareSocketsClientOptions): HttpClient {
  return new Http2Client(options, {
    clock: workerClock,
    dial: (target, signal) => dial(target, options.connect, signal),
  });
}

async function dial(target: Http2Target, connect: CloudflareConnect, signal: AbortSignal): Promise<ClientSocket> {
  if (target.socketPath !== undefined) throw new Error("a Worker has no unix sockets");
  const secureTransport = target.scheme === "https" ? "on" : "off";
  // Half-open, so that what the server still sends after our end is read.
  const socket = connect({ hostname: target.host, port: target.port }, { secureTransport, allowHalfOpen: true });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    await Promise.race([socket.opened, aborted]);
  } catch (error) {
    socket.close().catch(() => {});
    throw error;
  }
  return new CloudflareClientSocket(socket);
}

const workerClock: Clock = {
  // A Worker's clock stands still between its I/O, and never goes back.
  now: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (action) => {
    queueMicrotask(action);
  },
};
