// The Greeter service as grpc-js users have it: greeter.proto loaded by @grpc/proto-loader (protobufjs underneath).
import { loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import process from "node:process";

/** The client class of bench.v1.Greeter; its `service` is the definition that a server needs. The harness names the file. */
export function loadGreeter(): ServiceClientConstructor {
  const definition = loadPackageDefinition(loadSync(process.env.BENCH_PROTO!)) as unknown as {
    bench: { v1: { Greeter: ServiceClientConstructor } };
  };
  return definition.bench.v1.Greeter;
}
