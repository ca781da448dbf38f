// The neck of clients, mirror of exchange.ts: all that protocols and HTTP clients share. A protocol's call is a ClientRequest:
// what to send, and what wants to be told of the response, by plain calls. The HTTP client gives a ClientExchange for it, by
// which the call goes on sending, gives credit back and cancels. Neither side names the other. A unary call crosses
// whole, as bytes, without a promise of its own.
import type { ConnectError } from "@connectrpc/connect";
import type { HeaderList } from "./exchange.ts";

/** What all requests of one method have in common. Frozen: HTTP clients may keep what they make of it. */
export interface Endpoint {
  /** `"POST"` or `"GET"`. */
  readonly verb: string;
  /** The absolute URL. */
  readonly url: string;
  /** The header fields of every request; names in lower case. */
  readonly headers: HeaderList;
}

/** One request, and what is told of its response. */
export interface ClientRequest {
  readonly endpoint: Endpoint;
  /** The header fields of this request alone, after those of its endpoint; all have passed `checkHeader`. */
  readonly headers: HeaderList;
  /** The whole body. Undefined where there is none, or where it is streamed. Left alone once it was handed over. */
  readonly body: Uint8Array | undefined;
  /** The body comes by {@link ClientExchange.write}, to its `end`. */
  readonly isStreamed: boolean;
  /** Both directions are used at the same time: the response may begin before the request has ended. */
  readonly isFullDuplex: boolean;
  /** Wait for a server that can't be reached, in place of an error; until cancelled. */
  readonly waitForReady: boolean;

  /** The head of the response. Told once, before all else but `onError`. */
  onHead(status: number, headers: HeaderList): void;
  /** A piece of the body, which belongs to the call. Give its length to `consume` once it is out of the way. */
  onData(bytes: Uint8Array): void;
  /** The response has ended well. Nothing is told after it. */
  onEnd(trailers: HeaderList): void;
  /** There will be no response, or no more of it. Nothing is told after it. */
  onError(error: ConnectError): void;
  /** More can be written after `write` answered false. */
  onWritable(): void;
}

/** A request on its way. After its end, calls come to nothing. */
export interface ClientExchange {
  /** Sends a chunk of a streamed body. Answers false where the next one should wait for `onWritable`. */
  write(chunk: Uint8Array): boolean;
  /** Ends a streamed body. */
  end(): void;
  /** Gives bytes of the response back as credit: the server may send as many more. */
  consume(bytes: number): void;
  /** Breaks off (RFC 9113: RST_STREAM with CANCEL). Nothing is told of the response from now on. */
  cancel(): void;
}

/** What sends requests. */
export interface HttpClient {
  /** Timers of deadlines, as they are cheap on this host. */
  readonly timers: CallTimers;
  /** Trailers of responses are told, which gRPC needs. */
  readonly hasTrailers: boolean;
  /** The host sets its own user-agent, and forbids others to. */
  readonly hasUserAgent: boolean;
  /** Sends a request. Never throws; may tell the request something before it returns. */
  send(request: ClientRequest): ClientExchange;
  /** Lets running exchanges end, closes all connections and refuses further requests with `unavailable`. */
  close(): Promise<void>;
}

/** What is told when its time has come. */
export interface Timed {
  onTime(): void;
}

/** Timers for as many calls as there are. */
export interface CallTimers {
  /** Milliseconds from any moment in the past; never goes back. */
  now(): number;
  /** Tells `timed` when `now()` has reached `atMs`. Answers what `clear` takes. */
  set(atMs: number, timed: Timed): unknown;
  /** Takes back what `set` answered. */
  clear(handle: unknown, timed: Timed): void;
}

/** An exchange that is over before it began: it takes everything, and does nothing. */
export const closedExchange: ClientExchange = Object.freeze({
  write: () => true,
  end() {},
  consume() {},
  cancel() {},
});
