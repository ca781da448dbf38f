// What every entry point exports beside its app and its client: decorators, builders, contracts, errors, injection.
// Decorators
export { Field, OneOf } from "./decorators/field.ts";
export type { DerivedFieldDecorator, ExactFieldDecorator, FieldDecorator } from "./decorators/field.ts";
export { Message } from "./decorators/message.ts";
export type { MessageDecorator } from "./decorators/message.ts";
export { BidiStreaming, ClientStreaming, ServerStreaming, Unary } from "./decorators/method.ts";
export type { CallDecorator, MethodDecorator } from "./decorators/method.ts";
export { Service } from "./decorators/service.ts";
export type { ServiceDecorator } from "./decorators/service.ts";
export { UseInterceptors } from "./decorators/use_interceptors.ts";
export type { UseInterceptorsDecorator } from "./decorators/use_interceptors.ts";

// Injection
export { container, delay, type DependencyContainer, Lifecycle } from "./di/container.ts";
export { inject } from "./di/inject.ts";
export { Injectable } from "./di/injectable.ts";
export type { InjectableDecorator, InjectableOptions } from "./di/injectable.ts";
export { InjectionError } from "./di/injection_error.ts";
export type { Constructor, Scope, Token } from "./di/token.ts";

// Apps
export { inProcessTransport } from "./in_process_transport.ts";
export type { AppOptions } from "./server/app.ts";
export { implement } from "./server/service_draft.ts";
export type { ServiceBinding, ServiceClass, ServiceLike } from "./server/service_draft.ts";
export { StartupError } from "./server/startup_error.ts";
export type { ConnectRoutes } from "./server/router.ts";
export type { Compression, CompressionName } from "./rpc/compression.ts";
export type { ProtocolName } from "./protocol/protocol.ts";
export type { CorsOptions } from "./server/cors.ts";
export type { ReportUnknownError, UnknownErrorInfo } from "./call/error_mask.ts";
export { sameSecret } from "./rpc/same_secret.ts";
export type { HostCapabilities, Peer } from "./http/exchange.ts";
