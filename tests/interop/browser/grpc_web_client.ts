// The published grpc-web client behind the functions that the page's cases call. Its messages are protobuf-es's, of the
// descriptors that Sigil makes.
import { create, type DescMessage, type DescService, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { ConnectError } from "sigil";
import { GrpcWebClientBase, type Metadata, MethodDescriptor, MethodType, type RpcError } from "grpc-web";
import type { CalledOptions, CalledService, OutputReply, UnaryReply } from "./cases.ts";

/** The wire format: base64, or bytes. */
export type GrpcWebMode = "text" | "binary";

/** Makes the client for a server. */
export function grpcWebClient(service: DescService, origin: string, format: GrpcWebMode): CalledService {
  const client = new GrpcWebClientBase({ format });
  const method = (name: string, kind: string): MethodDescriptor<Message, Message> => {
    const { input, output } = service.methods.find((each) => each.localName === name)!;
    return new MethodDescriptor(
      path(service, name),
      kind,
      messageClass(),
      messageClass(),
      (message: Message) => toBinary(input, message),
      (bytes: Uint8Array) => fromBinary(output, bytes),
    );
  };
  const request = (name: string, init: object): Message =>
    create(service.methods.find((each) => each.localName === name)!.input as DescMessage, init as never);
  return {
    unaryCall(init, options = {}) {
      const descriptor = method("unaryCall", MethodType.UNARY);
      return new Promise<UnaryReply>((resolve, reject) => {
        const call = client.rpcCall(
          origin + path(service, "unaryCall"),
          request("unaryCall", init),
          metadata(options),
          descriptor,
          (error, reply) => error ? reject(connectError(error)) : resolve(reply as unknown as UnaryReply),
        );
        call.on("metadata", (received) => options.onHeader?.(new Headers(received)));
        call.on("status", (status) => options.onTrailer?.(new Headers(status.metadata)));
      });
    },
    async *streamingOutputCall(init, options = {}) {
      const call = client.serverStreaming(
        origin + path(service, "streamingOutputCall"),
        request("streamingOutputCall", init),
        metadata(options),
        method("streamingOutputCall", MethodType.SERVER_STREAMING),
      );
      options.signal?.addEventListener("abort", () => call.cancel());
      const events: (OutputReply | ConnectError | undefined)[] = [];
      let wake = () => {};
      const happened = (event: OutputReply | ConnectError | undefined): void => {
        events.push(event);
        wake();
      };
      call.on("data", (reply) => happened(reply as unknown as OutputReply));
      call.on("error", (error) => happened(connectError(error)));
      call.on("end", () => happened(undefined));
      for (;;) {
        while (events.length === 0) await new Promise<void>((resolve) => wake = resolve);
        const event = events.shift();
        if (event === undefined) return;
        if (event instanceof ConnectError) throw event;
        yield event;
      }
    },
  };
}

function path(service: DescService, name: string): string {
  return `/${service.typeName}/${service.methods.find((each) => each.localName === name)!.name}`;
}

// The client keeps the classes of messages and never makes one.
function messageClass(): new (...args: unknown[]) => Message {
  return Object as never;
}

function metadata({ headers = {}, timeoutMs }: CalledOptions): Metadata {
  return timeoutMs === undefined ? headers : { ...headers, deadline: String(Date.now() + timeoutMs) };
}

function connectError({ code, message, metadata }: RpcError): ConnectError {
  return new ConnectError(message, code as number, metadata);
}
