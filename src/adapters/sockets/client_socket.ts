// Connects by node:net and node:tls, on Node, Bun and Deno alike: TCP with the runtime's own Happy Eyeballs (RFC 8305), TLS
// with ALPN for HTTP/2 (RFC 7301, RFC 9113 3.3) and client certificates, unix sockets.
import * as net from "node:net";
import * as tls from "node:tls";
import type { ClientTlsOptions } from "../../transport/client_transport.ts";
import type { ClientSocket } from "../../transport/client_socket.ts";
import type { Http2Target } from "../../transport/http2_target.ts";
import { NodeByteSocket } from "./byte_socket.ts";

/** A connected node:net or node:tls socket of a client. */
class NodeClientSocket extends NodeByteSocket implements ClientSocket {
  failure: Error | undefined;
  readonly #socket: net.Socket;

  constructor(socket: net.Socket) {
    super(socket);
    this.#socket = socket;
    socket.on("error", (error) => this.failure ??= error);
  }

  keepAlive(wanted: boolean): void {
    if (wanted) this.#socket.ref();
    else this.#socket.unref();
  }
}

/**
 * Connects to a target, within what `signal` allows.
 * @throws Error of the socket, of TLS, or the reason of the signal; one that says so where TLS does not agree on HTTP/2.
 */
export function dial(
  target: Http2Target,
  tlsOptions: ClientTlsOptions | undefined,
  signal: AbortSignal,
): Promise<ClientSocket> {
  return new Promise((resolve, reject) => {
    const { socketPath, host, port } = target;
    const where = socketPath === undefined ? { host, port } : { path: socketPath };
    const secure = target.scheme === "https";
    const socket = secure ? tls.connect({ ...where, ...secureOptions(tlsOptions, host) }) : net.connect(where);
    let failure: Error | undefined;
    const settle = (action: () => void): void => {
      signal.removeEventListener("abort", onAbort);
      socket.off("error", onError);
      socket.off("close", onClose);
      socket.off(secure ? "secureConnect" : "connect", onConnect);
      action();
    };
    const fail = (error: Error): void =>
      settle(() => {
        // A socket that was given up may still fail.
        socket.on("error", ignore);
        socket.destroy();
        reject(error);
      });
    const onAbort = (): void => fail(signal.reason);
    const onError = (error: Error): void => {
      failure = error;
      fail(error);
    };
    const onClose = (): void => fail(failure ?? new Error("the server closed it"));
    const onConnect = (): void => {
      if (secure && (socket as tls.TLSSocket).alpnProtocol !== "h2") {
        return fail(new Error("its TLS does not offer HTTP/2 (ALPN h2)"));
      }
      settle(() => {
        socket.setNoDelay?.(true);
        resolve(new NodeClientSocket(socket));
      });
    };
    socket.on("error", onError);
    socket.on("close", onClose);
    socket.on(secure ? "secureConnect" : "connect", onConnect);
    signal.addEventListener("abort", onAbort);
  });
}

function secureOptions(options: ClientTlsOptions | undefined, host: string): tls.ConnectionOptions {
  const result: tls.ConnectionOptions = { ALPNProtocols: ["h2"] };
  // RFC 6066 3: an address is no server name.
  if (net.isIP(host) === 0) result.servername = host;
  if (options === undefined) return result;
  if (options.ca !== undefined) result.ca = pem(options.ca);
  if (options.cert !== undefined) result.cert = pem(options.cert);
  if (options.key !== undefined) result.key = pem(options.key);
  if (options.servername !== undefined) result.servername = options.servername;
  if (options.rejectUnauthorized !== undefined) result.rejectUnauthorized = options.rejectUnauthorized;
  return result;
}

function pem(value: string | Uint8Array): string {
  return typeof value === "string" ? value : new TextDecoder().decode(value);
}

function ignore(): void {}
