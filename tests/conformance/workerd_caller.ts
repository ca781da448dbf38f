// Makes the suite's calls inside a Worker, over its fetch: each request to the Worker is one call that the suite asks for, and
// the reply tells how it ended. The descriptors of the suite are a binding of its.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fetchTransport } from "sigil/client";
import { ConformanceCall } from "./call.ts";
import { type ClientCompatRequest, ConformanceProtocol, Protocol } from "./protocol.ts";
import { transportOptions } from "./transport_options.ts";

interface Bindings {
  readonly DESCRIPTORS: string;
}

let protocol: ConformanceProtocol | undefined;

async function answer(protocol: ConformanceProtocol, bytes: Uint8Array): Promise<Uint8Array> {
  const request = fromBinary(protocol.message("ClientCompatRequest"), bytes) as unknown as ClientCompatRequest;
  const { host, port, useGetHttpMethod } = request;
  const transport = fetchTransport(`http://${host}:${port}`, {
    ...transportOptions(request),
    protocol: request.protocol === Protocol.grpcWeb ? "grpc-web" : "connect",
    useHttpGet: useGetHttpMethod,
  });
  const value = await new ConformanceCall(protocol, request, transport).run();
  const desc = protocol.message("ClientCompatResponse");
  const response = { testName: request.testName, result: { case: "response", value } };
  return toBinary(desc, create(desc, response as Record<string, unknown>));
}

export default {
  async fetch(request: Request, { DESCRIPTORS }: Bindings): Promise<Response> {
    protocol ??= new ConformanceProtocol(Uint8Array.from(atob(DESCRIPTORS), (character) => character.charCodeAt(0)));
    try {
      const reply = await answer(protocol, new Uint8Array(await request.arrayBuffer()));
      return new Response(reply as Uint8Array<ArrayBuffer>);
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 });
    }
  },
};
