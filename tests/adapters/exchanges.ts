// What the tests of the adapters share: handlers written against the neck, and requests that read replies whole.
import type { Exchange, ExchangeHandler } from "../../src/http/exchange.ts";
import type { PullRequest, PullResponse } from "../support/pulling_client.ts";

/** A promise and what settles it. */
export interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((r) => resolve = r);
  return { promise, resolve };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A handler from an async function, which must not fail. */
export function serve(run: (exchange: Exchange) => Promise<void>): ExchangeHandler {
  return (exchange) => {
    run(exchange).catch((error) => {
      exchange.reply(500, [], bytes(`handler failed: ${error}`));
    });
  };
}

/** Replies with what the request was, as JSON; 413 where its body has more than 10 bytes. */
export const describe: ExchangeHandler = serve(async (exchange) => {
  try {
    const body = await exchange.readWhole(10);
    const { method, url, path, httpVersion, peer } = exchange;
    const said = { method, url, path, httpVersion, peer, note: exchange.header("x-note"), size: body.length };
    exchange.reply(200, [["content-type", "application/json"]], bytes(JSON.stringify(said)), [["grpc-status", "0"]]);
  } catch (error) {
    exchange.reply(413, [], bytes((error as Error).message));
  }
});

/** Sends every chunk back as it comes. */
export const echo: ExchangeHandler = serve(async (exchange) => {
  exchange.replyHead(200, [["x-head", "first"]]);
  for (let chunk = await exchange.read(); chunk !== undefined; chunk = await exchange.read()) {
    await exchange.write(chunk);
  }
  exchange.end([["grpc-status", "0"]]);
});

/** A reply, read whole. */
export interface WholeReply {
  status: number;
  header: Headers;
  text: string;
  trailer: Headers;
}

export async function call(
  client: (request: PullRequest) => Promise<PullResponse>,
  url: string,
  init: Omit<PullRequest, "url" | "method"> = {},
): Promise<WholeReply> {
  const response = await client({ url, ...init });
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) text += decoder.decode(chunk, { stream: true });
  return { status: response.status, header: response.header, text, trailer: response.trailer };
}

export async function* once(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Waits, turn by turn of the event loop, until `ask` says yes. */
export async function until(ask: () => boolean): Promise<void> {
  while (!ask()) await new Promise((resolve) => setTimeout(resolve, 1));
}
