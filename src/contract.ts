// What a contract and its callers need, and nothing of a server: builders, types, errors. Shared by all entry points.
// Messages and enums
export { Enum } from "./schema/enum.ts";
export { field, map, message, oneof, optional, repeated } from "./schema/message.ts";
export type { FieldBuilder, MessageFields, OneOfValue } from "./schema/message.ts";
export { Milliseconds } from "./schema/milliseconds.ts";
export type {
  EnumObject,
  FieldType,
  FieldValue,
  HeldType,
  MessageClass,
  MessageOf,
  MessageType,
} from "./schema/field_type.ts";
export type { MessageInit, ValueInit } from "./schema/message_init.ts";
export type { LongName, MapKeyName, ScalarName, ScalarTypes } from "./schema/scalar.ts";
export type {
  AsNumber,
  ElementOptions,
  EnumOptions,
  EnumValueOptions,
  ExtensionRange,
  FieldOptions,
  MessageOptions,
  MethodKind,
  MethodOptions,
  OneOfCases,
  OneOfOptions,
  ServiceOptions,
} from "./schema/annotation.ts";

// Files, extensions and custom options
export { protoFile } from "./schema/proto_file.ts";
export type { ImportableFile, PackageOptions, ProtoFile, ProtoFileOptions, ProtoImport } from "./schema/proto_file.ts";
export { extension } from "./schema/extension.ts";
export type { Extension, ExtensionOptions, ExtensionValue } from "./schema/extension.ts";
export { option, unknownOption } from "./schema/option.ts";
export type { CustomOption, OptionScope } from "./schema/option.ts";

// Services
export { bidiStreaming, clientStreaming, serverStreaming, service, unary } from "./schema/service.ts";
export type { Handler, Implementation, MethodContract, ServiceContract } from "./schema/service.ts";
export { createSchema, type Schema, type SchemaRoots } from "./schema/schema.ts";
export { SchemaError } from "./schema/mistake.ts";

// Messages outside of calls
export {
  clone,
  create,
  equals,
  fromBinary,
  fromJson,
  fromJsonString,
  merge,
  toBinary,
  toJson,
  toJsonString,
} from "./codec/message_functions.ts";
export type { MessageNamed } from "./codec/message_functions.ts";
export { clearExtension, getExtension, hasExtension, setExtension } from "./codec/extensions.ts";
export type { WriteSettings } from "./codec/binary_writer.ts";
export type { JsonSettings } from "./codec/message_codec.ts";
export type { ReadSettings } from "./wire/reader.ts";
export { WireError } from "./wire/wire_error.ts";

// Calls
export type { ClientOptions } from "./client/client.ts";
export { bearerToken } from "./client/credentials.ts";
export type { BearerTokenOptions, CallCredentials, CredentialsRequest } from "./client/credentials.ts";
export type { CallOptions } from "./rpc/call_options.ts";
export type { Client, ClientMethod, ClientService } from "./client/client_type.ts";
export type { CallLimits } from "./rpc/limits.ts";
export type { HandlerContext } from "./rpc/handler_context.ts";
export type { InterceptorClass, InterceptorLike, InterceptorObject } from "./rpc/interceptor.ts";
export { fetchTransport } from "./fetch_transport.ts";
export type { FetchTransportOptions } from "./fetch_transport.ts";

// Errors
export {
  aborted,
  alreadyExists,
  canceled,
  dataLoss,
  deadlineExceeded,
  failedPrecondition,
  internal,
  invalidArgument,
  notFound,
  outOfRange,
  permissionDenied,
  resourceExhausted,
  unauthenticated,
  unavailable,
  unimplemented,
} from "./rpc/error.ts";
export { ConnectError } from "./codec/error_detail.ts";
export type { ErrorDetail } from "./rpc/connect_error.ts";
export type { ErrorOptions } from "./rpc/error.ts";

// From @connectrpc/connect, whose types these are
export { Code, createContextKey, createContextValues } from "@connectrpc/connect";
export type { ContextKey, ContextValues, Interceptor, Transport } from "@connectrpc/connect";
