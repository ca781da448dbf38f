// The methods of an app by their paths. What serves a method in a protocol is made with its first call: an app of hundreds
// of methods starts no slower for those that nobody calls.
import { Call, type Handle } from "../call/call.ts";
import type { ErrorMask } from "../call/error_mask.ts";
import type { MessageCodec, MessageCodecs } from "../codec/message_codec.ts";
import type { ExchangeHandler } from "../http/exchange.ts";
import { inCall } from "../rpc/current_call.ts";
import type { ServedMethod, ServerProtocol } from "../protocol/protocol.ts";
import type { BoundMethod } from "./binding.ts";

/** What all methods of an app have in common. */
export interface MethodSettings {
  readonly codecs: MessageCodecs;
  readonly errorMask: ErrorMask;
  readonly options: ServedMethod["options"];
}

/** A method of an app, and what has been made to serve it. */
export class MethodHandlers implements ServedMethod {
  readonly desc: ServedMethod["desc"];
  readonly call: Call;
  readonly input: MessageCodec;
  readonly output: MessageCodec;
  readonly options: ServedMethod["options"];
  readonly #handlers = new Map<ServerProtocol, ExchangeHandler>();

  constructor(bound: BoundMethod, { codecs, errorMask, options }: MethodSettings) {
    const { method } = bound;
    this.desc = method;
    this.options = { ...options, ...bound.options };
    this.input = codecs.codec(method.input);
    this.output = codecs.codec(method.output);
    const handle: Handle = (input, context, scope) => inCall(context, () => bound.handle(input, context, scope));
    this.call = new Call({ ...bound, handle, output: this.output, errorMask });
  }

  /** The handler of this method's exchanges in a protocol. */
  readonly handler = (protocol: ServerProtocol): ExchangeHandler => {
    let handler = this.#handlers.get(protocol);
    if (!handler) this.#handlers.set(protocol, handler = protocol.serve(this));
    return handler;
  };
}

/** The methods of an app. */
export class MethodTable {
  readonly #bound: ReadonlyMap<string, BoundMethod>;
  readonly #settings: MethodSettings;
  readonly #methods = new Map<string, MethodHandlers>();

  constructor(bound: readonly BoundMethod[], settings: MethodSettings) {
    this.#bound = new Map(bound.map((one) => [`/${one.method.parent.typeName}/${one.method.name}`, one]));
    this.#settings = settings;
  }

  /** The method of a path, or undefined where none has it. */
  find(path: string): MethodHandlers | undefined {
    let method = this.#methods.get(path);
    if (method) return method;
    const bound = this.#bound.get(path);
    if (!bound) return undefined;
    method = new MethodHandlers(bound, this.#settings);
    this.#methods.set(path, method);
    return method;
  }
}
