// The suite's own protocol files, as descriptors. run.ts compiles them from the Go module of the suite to a descriptor set,
// so that nothing of the suite is kept here. The interfaces below name the parts of its messages that the programs read.
import {
  createFileRegistry,
  type DescMessage,
  type DescService,
  type FileRegistry,
  fromBinary,
  type Message,
} from "@bufbuild/protobuf";
import { type Any, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const packageName = "connectrpc.conformance.v1";

/** The name of the environment variable that holds the path of the compiled descriptor set. */
export const DESCRIPTORS_VARIABLE = "SIGIL_CONFORMANCE_DESCRIPTORS";

/** The suite's messages and its service. */
export class ConformanceProtocol {
  readonly registry: FileRegistry;
  readonly service: DescService;

  /** @param descriptors a descriptor set with its imports, as `buf build -o` writes it. */
  constructor(descriptors: Uint8Array) {
    this.registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
    const service = this.registry.getService(`${packageName}.ConformanceService`);
    if (!service) throw new Error(`The descriptors have no service ${packageName}.ConformanceService.`);
    this.service = service;
  }

  /** The descriptor of one of the suite's messages, by its name without the package. */
  message(name: string): DescMessage {
    const message = this.registry.getMessage(`${packageName}.${name}`);
    if (!message) throw new Error(`The suite has no message ${packageName}.${name}.`);
    return message;
  }
}

/** Numbers of the suite's enums. */
export const Protocol = { connect: 1, grpc: 2, grpcWeb: 3 } as const;
export const HttpVersion = { http1: 1, http2: 2 } as const;
export const Codec = { proto: 1, json: 2 } as const;
/** Compressions by their numbers, as HTTP names them; `identity` is none. */
export const COMPRESSION_NAMES = [undefined, undefined, "gzip", "br", "zstd", "deflate"] as const;
export const StreamType = { unary: 1, clientStream: 2, serverStream: 3, halfDuplexBidi: 4, fullDuplexBidi: 5 } as const;

export interface Header {
  readonly name: string;
  readonly value: readonly string[];
}

export interface RpcError {
  readonly code: number;
  readonly message?: string;
  readonly details: readonly Any[];
}

export interface TlsCredentials {
  readonly cert: Uint8Array;
  readonly key: Uint8Array;
}

export interface ServerCompatRequest extends Message {
  readonly useTls: boolean;
  readonly clientTlsCert: Uint8Array;
  readonly messageReceiveLimit: number;
  readonly serverCreds?: TlsCredentials;
}

export interface Cancel {
  readonly cancelTiming:
    | { readonly case: "beforeCloseSend" }
    | { readonly case: "afterCloseSendMs"; readonly value: number }
    | { readonly case: "afterNumResponses"; readonly value: number }
    | { readonly case: undefined };
}

export interface ClientCompatRequest extends Message {
  readonly testName: string;
  readonly httpVersion: number;
  readonly protocol: number;
  readonly codec: number;
  readonly compression: number;
  readonly host: string;
  readonly port: number;
  readonly serverTlsCert: Uint8Array;
  readonly clientTlsCreds?: TlsCredentials;
  readonly messageReceiveLimit: number;
  readonly service?: string;
  readonly method?: string;
  readonly streamType: number;
  readonly useGetHttpMethod: boolean;
  readonly requestHeaders: readonly Header[];
  readonly requestMessages: readonly Any[];
  readonly timeoutMs?: number;
  readonly requestDelayMs: number;
  readonly cancel?: Cancel;
}

export interface UnaryResponseDefinition {
  readonly responseHeaders: readonly Header[];
  readonly response:
    | { readonly case: "responseData"; readonly value: Uint8Array }
    | { readonly case: "error"; readonly value: RpcError }
    | { readonly case: undefined };
  readonly responseTrailers: readonly Header[];
  readonly responseDelayMs: number;
}

export interface StreamResponseDefinition {
  readonly responseHeaders: readonly Header[];
  readonly responseData: readonly Uint8Array[];
  readonly responseDelayMs: number;
  readonly error?: RpcError;
  readonly responseTrailers: readonly Header[];
}

export interface UnaryRequest extends Message {
  readonly responseDefinition?: UnaryResponseDefinition;
}

export interface StreamRequest extends Message {
  readonly responseDefinition?: StreamResponseDefinition;
  readonly fullDuplex?: boolean;
}

/** Headers in the suite's form, each name once. */
export function headerList(headers: Headers): Header[] {
  return [...headers].map(([name, value]) => ({ name, value: [value] }));
}

/** Adds headers in the suite's form to others. */
export function appendHeaders(headers: Headers, more: readonly Header[]): void {
  for (const { name, value } of more) for (const each of value) headers.append(name, each);
}

/** Waits. */
export function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
