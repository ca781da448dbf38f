// Services: contracts, which clients and implementations are made of.
import type { DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { toPascalCase } from "../schema/name.ts";
import { call, type Code, type ObjectEntry, objectOf, quote } from "./layout.ts";
import { methodName, NameScope } from "./local_name.ts";
import type { ModuleContext } from "./module.ts";

const makers = {
  unary: "unary",
  server_streaming: "serverStreaming",
  client_streaming: "clientStreaming",
  bidi_streaming: "bidiStreaming",
};

/** The lines of a service. */
export function writeService(context: ModuleContext, service: DescService, path: readonly number[]): string[] {
  const name = context.name(service);
  const scope = new NameScope();
  const entries = service.methods.map((method, i): ObjectEntry => ({
    key: scope.take(methodName(method.name)),
    value: methodCode(context, method, scope),
    comment: context.jsdoc([...path, 2, i], method.deprecated),
  }));
  const options = objectOf({ deprecated: service.deprecated ? "true" : undefined });
  const code = call(
    context.sigil("service"),
    quote(service.typeName),
    { entries },
    ...(options ? [options] : []),
  );
  return [
    ...context.detached(path),
    ...context.jsdoc(path, service.deprecated),
    ...context.assignment(`export const ${name}`, code),
  ];
}

function methodCode(context: ModuleContext, method: DescMethod, _: NameScope): Code {
  const level = method.proto.options?.idempotencyLevel ?? MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
  const options = objectOf({
    name: toPascalCase(methodName(method.name)) === method.name ? undefined : quote(method.name),
    deprecated: method.deprecated ? "true" : undefined,
    idempotency: level === MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN
      ? undefined
      : quote(MethodOptions_IdempotencyLevel[level]),
  });
  return call(
    context.sigil(makers[method.methodKind]),
    messageOf(context, method.input),
    messageOf(context, method.output),
    ...(options ? [options] : []),
  );
}

function messageOf(context: ModuleContext, message: DescMessage): string {
  return context.wellKnown(message)?.schema() ?? context.name(message);
}
