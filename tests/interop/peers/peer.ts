// What a peer of the interop suite is: something not ours that calls our server, or that our client calls.
import type { Check, Runtime } from "../programs.ts";

/** Our server, which a peer's client calls. */
export interface OurServer {
  readonly runtime: Runtime;
  /** The port of cleartext: h2c with prior knowledge, and HTTP/1.1. */
  readonly port: number;
  /** The port of TLS, with ALPN; its certificate is for localhost and 127.0.0.1. */
  readonly tlsPort: number;
}

/** A peer. */
export interface Peer {
  readonly name: string;
  /** What it is, in the versions that are run. */
  readonly about: string;
  /** Builds what is needed, once. */
  prepare?(): Promise<void>;
  /** Has it call our server. */
  callOurServer?(server: OurServer): AsyncIterable<Check>;
  /** Has our client call its server, on a runtime. */
  serveOurClient?(runtime: Runtime): AsyncIterable<Check>;
}
