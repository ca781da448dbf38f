// An HTTP client without HTTP: it keeps what it was asked to send, and a test says what the response is, call by call.
import type { ConnectError } from "@connectrpc/connect";
import { SharedCallTimers } from "../../src/http/call_timers.ts";
import type { CallTimers, ClientExchange, ClientRequest, HttpClient } from "../../src/http/client_exchange.ts";
import type { HeaderList } from "../../src/http/exchange.ts";
import { FakeClock } from "./fake_clock.ts";

/** One request, and what becomes of it. */
export class ScriptedExchange implements ClientExchange {
  readonly request: ClientRequest;
  readonly written: Uint8Array[] = [];
  hasEnded = false;
  isCancelled = false;
  /** Bytes that were given back as credit. */
  consumed = 0;
  /** What `write` answers. */
  hasRoom = true;

  constructor(request: ClientRequest) {
    this.request = request;
  }

  write(chunk: Uint8Array): boolean {
    this.written.push(chunk);
    return this.hasRoom;
  }

  end(): void {
    this.hasEnded = true;
  }

  consume(bytes: number): void {
    this.consumed += bytes;
  }

  cancel(): void {
    this.isCancelled = true;
  }

  /** The value of a field of the request. */
  header(name: string): string | undefined {
    const { endpoint, headers } = this.request;
    return [...endpoint.headers, ...headers].find(([each]) => each === name)?.[1];
  }

  /** Tells a whole response. */
  respond(status: number, headers: HeaderList, body: readonly Uint8Array[], trailers: HeaderList = []): void {
    this.request.onHead(status, headers);
    for (const chunk of body) if (!this.isCancelled) this.request.onData(chunk);
    if (!this.isCancelled) this.request.onEnd(trailers);
  }
}

/** The client; `onSend` says what to do about each request, in the turn after it was sent. */
export class ScriptedHttpClient implements HttpClient {
  readonly clock = new FakeClock();
  readonly timers: CallTimers = new SharedCallTimers(this.clock);
  readonly hasTrailers = true;
  hasUserAgent = false;
  readonly exchanges: ScriptedExchange[] = [];
  onSend: (exchange: ScriptedExchange) => void = () => {};

  get last(): ScriptedExchange {
    return this.exchanges[this.exchanges.length - 1];
  }

  send(request: ClientRequest): ClientExchange {
    const exchange = new ScriptedExchange(request);
    this.exchanges.push(exchange);
    queueMicrotask(() => this.onSend(exchange));
    return exchange;
  }

  async close(): Promise<void> {}
}

/** The error that a call ends with. */
export async function failure(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    return error as ConnectError;
  }
  throw new Error("the call did not fail");
}

/** An envelope. */
export function enveloped(content: Uint8Array | string, flags = 0): Uint8Array {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const { length } = bytes;
  return new Uint8Array([flags, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255, ...bytes]);
}
