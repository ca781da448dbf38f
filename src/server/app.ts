// The app: services, interceptors and a container become a handler of exchanges. It names no host: the entry points add
// `fetch` and `listen`.
import type { DescMessage } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import {
  createUniversalServiceHandlers,
  type UniversalHandler,
  type UniversalHandlerOptions,
} from "@connectrpc/connect/protocol";
import type { DependencyContainer } from "tsyringe";
import { ErrorMask, type ReportUnknownError } from "../call/error_mask.ts";
import { implementation } from "../call/invoke.ts";
import { MessageCodecs } from "../codec/message_codec.ts";
import { Injector } from "../di/injector.ts";
import type { ExchangeHandler } from "../http/exchange.ts";
import { gzip } from "../rpc/compression.ts";
import { exchangeHandler } from "../protocol/exchange_handler.ts";
import type { ClientProtocol, ServerProtocol } from "../protocol/protocol.ts";
import type { InterceptorLike } from "../rpc/interceptor.ts";
import type { MessageClass } from "../schema/field_type.ts";
import { Mistakes } from "../schema/mistake.ts";
import { createSchema, type Schema } from "../schema/schema.ts";
import { bindService, type BoundMethod, draftServices, type ServiceLike } from "./binding.ts";
import { inProcessClient } from "./in_process.ts";
import { collectRoutes, type ConnectRoutes } from "./router.ts";

/** What an app serves, and how. */
export interface AppOptions {
  /** Classes decorated with `@Service`, and contracts with their implementations (`implement`). */
  readonly services?: readonly ServiceLike[];
  /** Existing connect-es routes, mounted beside the services. */
  readonly routes?: ConnectRoutes | readonly ConnectRoutes[];
  /** Messages that no method reaches, to be in the schema all the same (`google.protobuf.Any` can carry them). */
  readonly messages?: readonly (MessageClass | DescMessage)[];
  /** Interceptors of every call, outermost first. Those of a service and of a method run after them. */
  readonly interceptors?: readonly InterceptorLike[];
  /** The tsyringe container that services and interceptors come from. Default: tsyringe's global one. */
  readonly container?: DependencyContainer;
  /** The largest message that is received, in bytes, once decompressed. Beyond: `resource_exhausted`. Default: 4 MiB. */
  readonly maxReceiveBytes?: number;
  /** The largest message that is sent, in bytes. Beyond: `resource_exhausted`. Default: 4 GiB - 1. */
  readonly maxSendBytes?: number;
  /** The longest timeout that a caller may ask for, in milliseconds. Beyond: `invalid_argument`. Default: no limit. */
  readonly maxTimeoutMs?: number;
  /** Takes what handlers throw that is no ConnectError; the caller gets only its id. Default: `console.error`. */
  readonly onUnknownError?: ReportUnknownError;
}

/** Four mebibytes, gRPC's own default for received messages. */
const defaultMaxReceiveBytes = 4 * 1024 * 1024;
/** The largest length that an envelope can say. */
const maxEnvelopeBytes = 0xffff_ffff;

/** Services made ready to be served. */
export class App {
  /** The descriptors of everything that the app serves. */
  readonly schema: Schema;
  /** Serves exchanges, for whatever host hands them over. */
  readonly handler: ExchangeHandler;
  readonly #injector: Injector;
  readonly #handlers: ReadonlyMap<string, UniversalHandler>;

  /**
   * @throws SchemaError with every mistake in services and messages; InjectionError for dependencies that can't be found.
   */
  constructor(options: AppOptions, protocols: readonly ServerProtocol[]) {
    const mistakes = new Mistakes();
    const routes = options.routes ?? [];
    const routed = collectRoutes(typeof routes === "function" ? [routes] : routes);
    const drafts = draftServices(options.services ?? [], routed, mistakes);
    this.schema = createSchema(
      { contracts: drafts.map((draft) => draft.contract), messages: options.messages },
      mistakes,
    );
    this.#injector = new Injector(options.container);
    const codecs = new MessageCodecs(this.schema);
    const errorMask = new ErrorMask(options.onUnknownError);
    const limits = universalOptions(options, this.schema);
    const bound = drafts.flatMap((draft) =>
      bindService(draft, this.schema, this.#injector, options.interceptors ?? [])
    );
    const handlers = (served: readonly ServerProtocol[]): UniversalHandler[] =>
      bound.flatMap((method) => methodHandlers(method, codecs, errorMask, limits, served));
    this.#handlers = byPath(handlers(protocols));
    this.handler = exchangeHandler({
      withTrailers: this.#handlers,
      withoutTrailers: byPath(handlers(protocols.filter((protocol) => !protocol.needsTrailers))),
    });
  }

  /** A transport that calls the app in process: no port, the whole chain, messages encoded and decoded. */
  protected inProcess(protocol: ClientProtocol): Transport {
    return protocol({
      httpClient: inProcessClient(this.#handlers),
      baseUrl: "http://in-process.invalid",
      useBinaryFormat: true,
      interceptors: [],
      acceptCompression: [],
      sendCompression: null,
      compressMinBytes: 1024,
      readMaxBytes: maxEnvelopeBytes,
      writeMaxBytes: maxEnvelopeBytes,
    });
  }

  /** Disposes the singletons that the app made, the latest first. Servers are closed before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#injector.dispose();
  }
}

function universalOptions(options: AppOptions, schema: Schema): Partial<UniversalHandlerOptions> {
  const { maxTimeoutMs } = options;
  return {
    acceptCompression: [gzip],
    readMaxBytes: options.maxReceiveBytes ?? defaultMaxReceiveBytes,
    writeMaxBytes: options.maxSendBytes ?? maxEnvelopeBytes,
    jsonOptions: { registry: schema.registry },
    ...(maxTimeoutMs === undefined ? {} : { maxTimeoutMs }),
  };
}

function methodHandlers(
  bound: BoundMethod,
  codecs: MessageCodecs,
  errorMask: ErrorMask,
  limits: Partial<UniversalHandlerOptions>,
  protocols: readonly ServerProtocol[],
): UniversalHandler[] {
  const { method, handle, interceptors, openScope } = bound;
  const spec = implementation({
    method,
    input: codecs.codec(method.input),
    output: codecs.codec(method.output),
    handle,
    interceptors,
    openScope,
    errorMask,
  });
  const options = { ...limits, ...bound.options };
  return createUniversalServiceHandlers(
    { service: method.parent, methods: { [method.localName]: spec } },
    protocols.map((protocol) => protocol.handlers(options)),
  );
}

function byPath(handlers: readonly UniversalHandler[]): Map<string, UniversalHandler> {
  return new Map(handlers.map((handler) => [handler.requestPath, handler]));
}
