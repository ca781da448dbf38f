// Connects by node:net and node:tls, on Node, Bun and Deno alike: TCP with the runtime's own Happy Eyeballs (RFC 8305), TLS
// with ALPN for HTTP/2 (RFC 7301, RFC 9113 3.3) and client certificates, unix sockets; or over what the user connects.
import * as net from "node:net";
import type { Duplex } from "node:stream";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import type { ClientTlsOptions } from "../../transport/client_tls.ts";
import type { ClientSocket } from "../../transport/client_socket.ts";
import type { Http2Target } from "../../transport/http2_target.ts";
import type { ByteDuplex } from "../../transport/server_transport.ts";
import { tls } from "../built_in.ts";
import { NodeByteSocket } from "./byte_socket.ts";

/**
 * Connects in place of the client: answers a `net.Socket`, a `tls.TLSSocket`, or any other `Duplex` of bytes. It may be
 * connecting still. For `https://` TLS is spoken over it, unless it is a `tls.TLSSocket` already.
 * @param target where the call goes, as its URL says
 * @param signal aborts when the connection is no longer wanted, or took longer than `connectTimeoutMs`
 */
export type SocketsConnect = (
  target: Pick<Http2Target, "scheme" | "host" | "port" | "socketPath">,
  signal: AbortSignal,
) => ByteDuplex | Promise<ByteDuplex>;

/** How to connect. */
export interface DialOptions {
  readonly tls?: ClientTlsOptions;
  readonly connect?: SocketsConnect;
}

/** A connected socket of a client. */
class NodeClientSocket extends NodeByteSocket implements ClientSocket {
  failure: Error | undefined;
  readonly #socket: Duplex;

  constructor(socket: Duplex) {
    super(socket);
    this.#socket = socket;
    socket.on("error", (error) => this.failure ??= error);
  }

  keepAlive(wanted: boolean): void {
    const socket = this.#socket as Partial<net.Socket>;
    if (wanted) socket.ref?.();
    else socket.unref?.();
  }
}

/**
 * Connects to a target, within what `signal` allows.
 * @throws Error of the socket, of TLS, or the reason of the signal; one that says so where TLS does not agree on HTTP/2.
 */
export async function dial(target: Http2Target, options: DialOptions, signal: AbortSignal): Promise<ClientSocket> {
  const secure = target.scheme === "https";
  if (options.connect === undefined) {
    const { socketPath, host, port } = target;
    const where = socketPath === undefined ? { host, port } : { path: socketPath };
    const socket = secure ? tls().connect({ ...where, ...secureOptions(options.tls, host) }) : net.connect(where);
    return await connected(socket, secure ? "secureConnect" : "connect", signal);
  }
  const given = await orAborted(options.connect(target, signal), signal) as Duplex & Partial<TLSSocket>;
  const isSecure = given.encrypted === true;
  if (secure && !isSecure) {
    const socket = tls().connect({ socket: given, ...secureOptions(options.tls, target.host) });
    return await connected(socket, "secureConnect", signal);
  }
  // A TLS socket has agreed on a protocol, or found none, once its handshake is done.
  const isReady = isSecure ? given.alpnProtocol !== null : given.connecting !== true;
  return await connected(given, isReady ? undefined : isSecure ? "secureConnect" : "connect", signal);
}

/** Waits for what the user's `connect` answers; what comes after the signal is destroyed. */
function orAborted(duplex: ByteDuplex | Promise<ByteDuplex>, signal: AbortSignal): Promise<ByteDuplex> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    Promise.resolve(duplex).then((socket) => {
      signal.removeEventListener("abort", onAbort);
      if (signal.aborted) socket.destroy();
      resolve(socket);
    }, reject);
  });
}

/** Waits until a socket has told `event`, where there is one to wait for. */
function connected(socket: Duplex, event: string | undefined, signal: AbortSignal): Promise<ClientSocket> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const settle = (action: () => void): void => {
      signal.removeEventListener("abort", onAbort);
      socket.off("error", onError);
      socket.off("close", onClose);
      if (event !== undefined) socket.off(event, onConnect);
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
      const { encrypted, alpnProtocol, setNoDelay } = socket as Partial<TLSSocket>;
      if (encrypted === true && alpnProtocol !== "h2") {
        return fail(new Error("its TLS does not offer HTTP/2 (ALPN h2)"));
      }
      settle(() => {
        setNoDelay?.call(socket, true);
        resolve(new NodeClientSocket(socket));
      });
    };
    socket.on("error", onError);
    socket.on("close", onClose);
    signal.addEventListener("abort", onAbort);
    if (socket.destroyed) onClose();
    else if (event === undefined) onConnect();
    else socket.on(event, onConnect);
  });
}

function secureOptions(options: ClientTlsOptions | undefined, host: string): ConnectionOptions {
  const result: ConnectionOptions = { ALPNProtocols: ["h2"] };
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
