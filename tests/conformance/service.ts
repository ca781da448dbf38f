// The suite's service: it answers as each request says, and tells in its answer, or in the details of its error, what it has
// received.
import type { Message } from "@bufbuild/protobuf";
import { type Any, anyPack } from "@bufbuild/protobuf/wkt";
import { ConnectError, type HandlerContext, implement, type ServiceBinding, unimplemented } from "sigil";
import {
  appendHeaders,
  type ConformanceProtocol,
  delay,
  type Header,
  headerList,
  type RpcError,
  type StreamRequest,
  type StreamResponseDefinition,
  type UnaryRequest,
  type UnaryResponseDefinition,
} from "./protocol.ts";

/** Binds the suite's service to its implementation. */
export function conformanceService(protocol: ConformanceProtocol): ServiceBinding {
  const service = new ConformanceService(protocol);
  const implementation = {
    unary: (request: UnaryRequest, context: HandlerContext) => service.unary([request], context),
    idempotentUnary: (request: UnaryRequest, context: HandlerContext) => service.unary([request], context),
    clientStream: (requests: AsyncIterable<UnaryRequest>, context: HandlerContext) =>
      service.clientStream(requests, context),
    serverStream: (request: StreamRequest, context: HandlerContext) => service.serverStream(request, context),
    bidiStream: (requests: AsyncIterable<StreamRequest>, context: HandlerContext) =>
      service.bidiStream(requests, context),
    // Sigil wants every method implemented, so the one that must not be says so itself.
    unimplemented: () => unimplemented("this method is not implemented on purpose"),
  };
  // The descriptor is made at run time, so TypeScript knows nothing of its methods.
  return implement(protocol.service, implementation as never);
}

interface Payload {
  readonly payload: { readonly data?: Uint8Array; readonly requestInfo?: object };
}

class ConformanceService {
  readonly #protocol: ConformanceProtocol;

  constructor(protocol: ConformanceProtocol) {
    this.#protocol = protocol;
  }

  async unary(requests: readonly UnaryRequest[], context: HandlerContext): Promise<Payload> {
    const definition = requests[0]?.responseDefinition;
    const requestInfo = this.#requestInfo(requests, context);
    if (definition) await prepare(definition, context);
    switch (definition?.response.case) {
      case "error":
        throw this.#error(definition.response.value, requestInfo);
      case "responseData":
        return { payload: { requestInfo, data: definition.response.value } };
      default:
        return { payload: { requestInfo } };
    }
  }

  async clientStream(requests: AsyncIterable<UnaryRequest>, context: HandlerContext): Promise<Payload> {
    const received: UnaryRequest[] = [];
    for await (const request of requests) received.push(request);
    return await this.unary(received, context);
  }

  async *serverStream(request: StreamRequest, context: HandlerContext): AsyncGenerator<Payload, void> {
    const definition = request.responseDefinition;
    if (!definition) return;
    addMetadata(definition, context);
    yield* this.#replies(definition, this.#requestInfo([request], context));
  }

  async *bidiStream(requests: AsyncIterable<StreamRequest>, context: HandlerContext): AsyncGenerator<Payload, void> {
    const received: StreamRequest[] = [];
    let definition: StreamResponseDefinition | undefined;
    let sent = 0;
    let fullDuplex = false;
    for await (const request of requests) {
      received.push(request);
      if (received.length === 1) {
        definition = request.responseDefinition;
        fullDuplex = request.fullDuplex === true;
        if (definition) addMetadata(definition, context);
      }
      if (!fullDuplex) continue;
      const data = definition?.responseData[sent];
      if (data === undefined) break;
      if (definition!.responseDelayMs > 0) await delay(definition!.responseDelayMs);
      const requestInfo = sent === 0 ? this.#requestInfo(received, context) : { requests: this.#packed([request]) };
      sent++;
      yield { payload: { data, requestInfo } };
    }
    if (definition) yield* this.#replies(definition, this.#requestInfo(received, context), sent);
  }

  // The replies from one on, and then the error where one is asked for.
  async *#replies(
    definition: StreamResponseDefinition,
    requestInfo: object,
    from: number = 0,
  ): AsyncGenerator<Payload, void> {
    for (let i = from; i < definition.responseData.length; i++) {
      if (definition.responseDelayMs > 0) await delay(definition.responseDelayMs);
      const data = definition.responseData[i];
      yield { payload: i === 0 ? { data, requestInfo } : { data } };
    }
    if (!definition.error) return;
    throw this.#error(definition.error, definition.responseData.length === 0 ? requestInfo : undefined);
  }

  #requestInfo(requests: readonly Message[], context: HandlerContext): object {
    const timeoutMs = context.timeoutMs();
    return {
      requestHeaders: headerList(context.requestHeader),
      timeoutMs: timeoutMs === undefined ? undefined : BigInt(Math.round(timeoutMs)),
      requests: this.#packed(requests),
      connectGetInfo: context.requestMethod === "GET" ? { queryParams: queryParams(context.url) } : undefined,
    };
  }

  #packed(requests: readonly Message[]): Any[] {
    return requests.map((request) => anyPack(this.#protocol.registry.getMessage(request.$typeName)!, request));
  }

  #error({ code, message, details }: RpcError, requestInfo: object | undefined): ConnectError {
    const error = new ConnectError(message ?? "", code);
    for (const { typeUrl, value } of details) error.details.push({ type: typeUrl.replace(/^.*\//, ""), value });
    const desc = this.#protocol.message("ConformancePayload.RequestInfo");
    if (requestInfo) error.details.push({ desc, value: requestInfo } as never);
    return error;
  }
}

function addMetadata(
  { responseHeaders, responseTrailers }: UnaryResponseDefinition | StreamResponseDefinition,
  context: HandlerContext,
): void {
  appendHeaders(context.responseHeader, responseHeaders);
  appendHeaders(context.responseTrailer, responseTrailers);
}

async function prepare(definition: UnaryResponseDefinition, context: HandlerContext): Promise<void> {
  addMetadata(definition, context);
  if (definition.responseDelayMs > 0) await delay(definition.responseDelayMs);
}

function queryParams(url: string): Header[] {
  return [...new URL(url).searchParams].map(([name, value]) => ({ name, value: [value] }));
}
