// What a socket of node:net or node:tls tells about its other end; another Duplex tells nothing.
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Peer } from "../../http/exchange.ts";

/** The other end of a socket, with its certificate where it was asked for one and that was verified. */
export function peerOf(duplex: Duplex): Peer {
  const socket = duplex as Partial<Socket>;
  const encrypted = (socket as TLSSocket).encrypted === true;
  const peer: { address?: string; port?: number; encrypted: boolean; certificate?: Uint8Array } = { encrypted };
  if (socket.remoteAddress !== undefined) peer.address = socket.remoteAddress;
  if (socket.remotePort !== undefined) peer.port = socket.remotePort;
  if (encrypted && (socket as TLSSocket).authorized) {
    const { raw } = (socket as TLSSocket).getPeerCertificate() ?? {};
    if (raw !== undefined) peer.certificate = new Uint8Array(raw);
  }
  return peer;
}
