// The methods of an app by their paths. What serves a method is made with its first call: an app of hundreds of methods
// starts no slower for those that nobody calls.
import {
  createUniversalServiceHandlers,
  type UniversalHandler,
  type UniversalHandlerOptions,
} from "@connectrpc/connect/protocol";
import type { ErrorMask } from "../call/error_mask.ts";
import { implementation } from "../call/invoke.ts";
import type { MessageCodecs } from "../codec/message_codec.ts";
import type { ServerProtocol } from "../protocol/protocol.ts";
import type { BoundMethod } from "./binding.ts";

/** What all methods of an app have in common. */
export interface MethodSettings {
  readonly codecs: MessageCodecs;
  readonly errorMask: ErrorMask;
  readonly protocols: readonly ServerProtocol[];
  readonly options: Partial<UniversalHandlerOptions>;
}

/** Finds what serves a path. */
export class MethodHandlers {
  readonly #methods: ReadonlyMap<string, BoundMethod>;
  readonly #settings: MethodSettings;
  readonly #handlers = new Map<string, UniversalHandler>();

  constructor(methods: readonly BoundMethod[], settings: MethodSettings) {
    this.#methods = new Map(methods.map((bound) => [`/${bound.method.parent.typeName}/${bound.method.name}`, bound]));
    this.#settings = settings;
  }

  /** The handler of a path, or undefined where no method has it. */
  find(path: string): UniversalHandler | undefined {
    const known = this.#handlers.get(path);
    if (known) return known;
    const bound = this.#methods.get(path);
    if (!bound) return undefined;
    const handler = this.#make(bound);
    this.#handlers.set(path, handler);
    return handler;
  }

  #make({ method, handle, interceptors, openScope, options: own }: BoundMethod): UniversalHandler {
    const { codecs, errorMask, protocols, options } = this.#settings;
    const input = codecs.codec(method.input);
    const output = codecs.codec(method.output);
    const spec = implementation({ method, input, output, handle, interceptors, openScope, errorMask });
    const [handler] = createUniversalServiceHandlers(
      { service: method.parent, methods: { [method.localName]: spec } },
      protocols.map((protocol) => protocol.handlers({ ...options, ...own })),
    );
    return handler;
  }
}
