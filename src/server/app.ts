// The app: services, interceptors and a container become a handler of exchanges. It names no host: the entry points add
// `fetch` and `listen`.
import type { DescMessage } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import type { DependencyContainer } from "tsyringe";
import { ErrorMask, type ReportUnknownError } from "../call/error_mask.ts";
import { MessageCodecs } from "../codec/message_codec.ts";
import { Injector } from "../di/injector.ts";
import type { ExchangeHandler } from "../http/exchange.ts";
import { Codings } from "../protocol/coding.ts";
import { exchangeHandler } from "../protocol/exchange_handler.ts";
import type { ClientProtocol, ServedOptions, ServerProtocol } from "../protocol/protocol.ts";
import {
  chooseCompression,
  type Compression,
  type CompressionName,
  defaultCompressMinBytes,
} from "../rpc/compression.ts";
import type { InterceptorLike } from "../rpc/interceptor.ts";
import type { MessageClass } from "../schema/field_type.ts";
import { Mistakes } from "../schema/mistake.ts";
import { describe } from "../schema/resolve.ts";
import { createSchema, type Schema } from "../schema/schema.ts";
import { bindService, checkInterceptors, draftServices, type ServiceLike } from "./binding.ts";
import { inProcessClient } from "./in_process.ts";
import { MethodTable } from "./method_table.ts";
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
  /**
   * The largest message that is received, in bytes, once decompressed: 1 to 4 GiB - 1. Beyond: `resource_exhausted`.
   * Default: 4 MiB.
   */
  readonly maxReceiveBytes?: number;
  /** The largest message that is sent, in bytes: 1 to 4 GiB - 1. Beyond: `resource_exhausted`. Default: 4 GiB - 1. */
  readonly maxSendBytes?: number;
  /** The longest timeout that a caller may ask for, in milliseconds. Beyond: `invalid_argument`. Default: no limit. */
  readonly maxTimeoutMs?: number;
  /**
   * What messages may be compressed in, and are understood in: names of what the host has, or objects that compress. `[]`
   * switches compression off. Default: gzip, br, deflate and zstd on Node, Bun and Deno; gzip and deflate on other hosts.
   */
  readonly compression?: readonly (CompressionName | Compression)[];
  /** Messages smaller than this are sent as they are, in bytes. Default: 1024. */
  readonly compressMinBytes?: number;
  /** Takes what handlers throw that is no ConnectError; the caller gets only its id. Default: `console.error`. */
  readonly onUnknownError?: ReportUnknownError;
}

/** Four mebibytes, gRPC's own default for received messages. */
const defaultMaxReceiveBytes = 4 * 1024 * 1024;
/** The largest length that an envelope can say. */
const maxEnvelopeBytes = 0xffff_ffff;

/** What an entry point gives to its app: what its bundle carries, and what its host can do. */
export interface AppHost {
  readonly protocols: readonly ServerProtocol[];
  readonly compression: readonly Compression[];
}

/** Services made ready to be served. */
export class App {
  /** The descriptors of everything that the app serves. */
  readonly schema: Schema;
  /** Serves exchanges, for whatever host hands them over. */
  readonly handler: ExchangeHandler;
  readonly #injector: Injector;
  readonly #methods: MethodTable;

  /**
   * @throws SchemaError with every mistake in services, messages and interceptors; InjectionError for dependencies that can't
   *   be found; RangeError for a limit out of its range, and for a compression that the host does not have.
   */
  constructor(options: AppOptions, host: AppHost) {
    const limits = readLimits(options);
    const codings = new Codings(chooseCompression(options.compression, host.compression));
    const mistakes = new Mistakes();
    const routes = options.routes ?? [];
    const routed = collectRoutes(typeof routes === "function" ? [routes] : routes);
    const drafts = draftServices(options.services ?? [], routed, mistakes);
    checkInterceptors(options.interceptors ?? [], "interceptors", mistakes);
    this.schema = createSchema(
      { contracts: drafts.map((draft) => draft.contract), messages: options.messages },
      mistakes,
    );
    this.#injector = new Injector(options.container);
    const bound = drafts.flatMap((draft) =>
      bindService(draft, this.schema, this.#injector, options.interceptors ?? [])
    );
    this.#methods = new MethodTable(bound, {
      codecs: new MessageCodecs(this.schema),
      errorMask: new ErrorMask(options.onUnknownError),
      options: { ...limits, codings, jsonOptions: { registry: this.schema.registry } },
    });
    this.handler = exchangeHandler((path) => this.#methods.find(path)?.handler, host.protocols);
  }

  /** A transport that calls the app in process: no port, the whole chain, messages encoded and decoded. */
  protected inProcess(client: ClientProtocol): Transport {
    return client({
      httpClient: inProcessClient(this.handler),
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

function readLimits(options: AppOptions): Omit<ServedOptions, "codings" | "jsonOptions"> {
  return {
    compressMinBytes: readLimit(
      "compressMinBytes",
      options.compressMinBytes ?? defaultCompressMinBytes,
      maxEnvelopeBytes,
    ),
    readMaxBytes: readLimit("maxReceiveBytes", options.maxReceiveBytes ?? defaultMaxReceiveBytes, maxEnvelopeBytes),
    writeMaxBytes: readLimit("maxSendBytes", options.maxSendBytes ?? maxEnvelopeBytes, maxEnvelopeBytes),
    maxTimeoutMs: readLimit(
      "maxTimeoutMs",
      options.maxTimeoutMs ?? Number.MAX_SAFE_INTEGER,
      Number.MAX_SAFE_INTEGER,
    ),
  };
}

function readLimit(name: string, value: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new RangeError(`${name} is ${describe(value)}: give a whole number from 1 to ${max}, or leave it out.`);
}
