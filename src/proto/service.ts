// Services and their methods. A blank line parts methods that have comments or options.
import {
  type MethodDescriptorProto,
  MethodOptionsSchema,
  type ServiceDescriptorProto,
  ServiceOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { inScope, type PrintContext } from "./context.ts";

/**
 * Prints a service.
 *
 * @param path its path in the FileDescriptorProto.
 * @param scope the package.
 */
export function printService(
  context: PrintContext,
  service: ServiceDescriptorProto,
  path: readonly number[],
  scope: string,
): void {
  const name = inScope(scope, service.name);
  context.block(path, `service ${service.name}`, context.options(ServiceOptionsSchema, service.options, name), () => {
    service.method.forEach((method, i) => printMethod(context, method, [...path, 2, i], name));
  });
}

function printMethod(
  context: PrintContext,
  method: MethodDescriptorProto,
  path: readonly number[],
  scope: string,
): void {
  const options = context.options(MethodOptionsSchema, method.options, inScope(scope, method.name));
  const input = `${method.clientStreaming ? "stream " : ""}${context.references.name(method.inputType, scope)}`;
  const output = `${method.serverStreaming ? "stream " : ""}${context.references.name(method.outputType, scope)}`;
  const head = `rpc ${method.name}(${input}) returns (${output})`;
  // An empty body is what a method with options that are all unset is written with.
  const hasBody = options.length > 0 || method.options !== undefined;
  const apart = hasBody || context.hasComment(path);
  if (apart) context.out.gap();
  if (hasBody) context.block(path, head, options, () => {});
  else context.statement(path, `${head};`);
  if (apart) context.out.gap();
}
