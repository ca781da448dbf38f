// createClient: from a service class, a contract or a generated service to typed functions over a transport. No generated
// code, and no server code either: what a browser bundles is this, the schema and a transport.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { BinaryCodec, Codecs } from "../codec/binary_codec.ts";
import { CallTransport } from "../protocol/call_transport.ts";
import { codecMethod } from "../protocol/codec_method.ts";
import type { JsonOptions } from "../protocol/client_protocol.ts";
import { interceptorFunction, type InterceptorObject } from "../rpc/interceptor.ts";
import { type ServiceAnnotation, serviceClassAnnotation } from "../schema/annotation.ts";
import { SchemaError } from "../schema/mistake.ts";
import { toPascalCase } from "../schema/name.ts";
import { createSchema } from "../schema/schema.ts";
import { isDescService, isServiceContract } from "../schema/service.ts";
import { ClientMethod } from "./client_method.ts";
import type { Client, ClientService } from "./client_type.ts";
import { optionsCompleter } from "./complete_options.ts";
import type { CallCredentials } from "./credentials.ts";
import { ForeignCaller } from "./foreign_transport.ts";

/** Options of a client. */
export interface ClientOptions {
  /** Interceptors of every call, outermost first. They see the instances that the caller sees. */
  readonly interceptors?: readonly (Interceptor | InterceptorObject)[];
  /** The timeout of calls that set none, in milliseconds. Default: no timeout. */
  readonly defaultTimeoutMs?: number;
  /** Whether calls that don't say so wait for a server that can't be reached; see {@link CallOptions}. Default: false. */
  readonly waitForReady?: boolean;
  /** Metadata that shows who calls, asked for with each call: {@link bearerToken}, or a function. Default: none. */
  readonly credentials?: CallCredentials;
  /**
   * Calls made in a handler end with its call: at its deadline, and when it is cancelled or over. On Node, Bun and Deno.
   * Default: true.
   */
  readonly followCalls?: boolean;
  /** Names of request headers that calls made in a handler pass on from its call: `["traceparent"]`. Default: none. */
  readonly forwardMetadata?: readonly string[];
}

/** Makes a client of a service over a transport: its own, or any other of connect-es's shape. */
export function createClientOver<S extends ClientService>(
  service: S,
  transport: Transport,
  options: ClientOptions = {},
): Client<S> {
  const { codecs, methods, jsonOptions } = bindClient(service);
  const interceptors = (options.interceptors ?? []).map(interceptorFunction);
  const baseUrl = transport instanceof CallTransport ? transport.baseUrl : undefined;
  const calls: Record<string, unknown> = {};
  for (const [property, desc] of methods) {
    calls[property] = new ClientMethod({
      desc,
      // Where a transport of someone else's calls to is its own business.
      url: `${baseUrl ?? ""}/${desc.parent.typeName}/${desc.name}`,
      interceptors,
      caller: () =>
        transport instanceof CallTransport
          ? transport.caller(codecMethod(desc, codecs.codec(desc.input), codecs.codec(desc.output), jsonOptions))
          : new ForeignCaller(transport, desc, codecs.codec(desc.input), codecs.codec(desc.output)),
      create: (message) => codecs.codec(desc.input).create(message),
      complete: optionsCompleter(desc, baseUrl, options),
    }).call;
  }
  return calls as Client<S>;
}

interface BoundClient {
  readonly codecs: Codecs<BinaryCodec>;
  readonly methods: readonly (readonly [property: string, method: DescMethod])[];
  /** The types that `google.protobuf.Any` may hold in JSON. */
  readonly jsonOptions: JsonOptions;
}

const boundClients = new WeakMap<object, BoundClient>();

function bindClient(service: ClientService): BoundClient {
  const known = boundClients.get(service);
  if (known) return known;
  const contract = contractOf(service);
  const schema = createSchema({ contracts: [contract] });
  const desc = schema.service(contract);
  const property = new Map(
    "kind" in contract
      ? desc.methods.map((method) => [method.name, method.localName])
      : Object.entries(contract.methods).map(([name, { options }]) => [options.name ?? toPascalCase(name), name]),
  );
  const methods = desc.methods.map((method) => [property.get(method.name) ?? method.localName, method] as const);
  const bound = { codecs: new Codecs(schema, BinaryCodec), methods, jsonOptions: { registry: schema.registry } };
  boundClients.set(service, bound);
  return bound;
}

function contractOf(service: ClientService): ServiceAnnotation | DescService {
  if (isDescService(service) || isServiceContract(service)) return service;
  const annotation = serviceClassAnnotation(service);
  if (annotation) return annotation.contract;
  const name = typeof service === "function" ? service.name : String(service);
  throw new SchemaError([
    `${name}: it is no service. Give a class decorated with @Service, a contract or a generated service.`,
  ]);
}
