// The messages of a request stream, as a handler iterates over them. What has arrived already is answered without waiting.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import { abortError } from "../rpc/abort.ts";
import type { Exchange } from "../http/exchange.ts";
import type { CallContext } from "./call_context.ts";
import type { Envelope, EnvelopeReader } from "./envelope.ts";

type Result = IteratorResult<object, undefined>;

const end: Result = { done: true, value: undefined };

/** Messages as they come, at most `maxMessages` of them; beyond, `resource_exhausted`. */
export class RequestMessages implements AsyncIterableIterator<object, undefined> {
  readonly #reader: EnvelopeReader;
  readonly #parse: (envelope: Envelope) => object | Promise<object>;
  readonly #context: CallContext;
  readonly #exchange: Exchange;
  readonly #maxMessages: number;
  #count = 0;
  #over = false;
  #waiting: Promise<Result> | undefined;

  constructor(
    reader: EnvelopeReader,
    parse: (envelope: Envelope) => object | Promise<object>,
    context: CallContext,
    exchange: Exchange,
    maxMessages: number,
  ) {
    this.#reader = reader;
    this.#parse = parse;
    this.#context = context;
    this.#exchange = exchange;
    this.#maxMessages = maxMessages;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    // Asked again before it has answered: one after the other, as an async generator does it.
    if (this.#waiting) return this.#waiting = this.#waiting.then(() => this.#next(), () => end);
    const next = this.#next();
    if (!(next instanceof Promise)) return Promise.resolve(next);
    this.#waiting = next;
    const settled = (): void => {
      if (this.#waiting === next) this.#waiting = undefined;
    };
    next.then(settled, settled);
    return next;
  }

  return(): Promise<Result> {
    this.#over = true;
    return Promise.resolve(end);
  }

  #next(): Result | Promise<Result> {
    if (this.#over) return end;
    try {
      // What arrived before the call ended is nobody's any more: thousands of messages may lie there.
      if (this.#context.isAborted) throw abortError(this.#context.signal);
      const envelope = this.#reader.ready();
      if (!envelope) return this.#wait();
      const turn = this.#exchange.pace?.();
      return turn ? this.#giveIn(turn, envelope) : this.#give(envelope);
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #giveIn(turn: Promise<void>, envelope: Envelope): Promise<Result> {
    await turn;
    try {
      if (this.#context.isAborted) throw abortError(this.#context.signal);
      return await this.#give(envelope);
    } catch (error) {
      return await this.#fail(error);
    }
  }

  async #wait(): Promise<Result> {
    try {
      while (await this.#reader.more()) {
        const envelope = this.#reader.ready();
        if (envelope) return await this.#give(envelope);
      }
    } catch (error) {
      return await this.#fail(error);
    }
    this.#over = true;
    return end;
  }

  #give(envelope: Envelope): Result | Promise<Result> {
    if (++this.#count > this.#maxMessages) {
      throw new ConnectError(
        `the request has more than the limit of ${this.#maxMessages} messages`,
        Code.ResourceExhausted,
      );
    }
    const message = this.#parse(envelope);
    if (!(message instanceof Promise)) return { done: false, value: message };
    return message.then((value) => ({ done: false, value }), (error) => this.#fail(error));
  }

  #fail(error: unknown): Promise<never> {
    this.#over = true;
    return Promise.reject(error);
  }
}
