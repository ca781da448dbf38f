// Services: contracts, which clients and implementations are made of.
import { type DescMessage, type DescMethod, type DescService, isFieldSet } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel, MethodOptionsSchema, ServiceOptionsSchema } from "@bufbuild/protobuf/wkt";
import { toPascalCase } from "../schema/name.ts";
import { flag } from "./field_options.ts";
import { call, type Code, type ObjectEntry, objectOf, quote } from "./layout.ts";
import { methodName, NameScope } from "./local_name.ts";
import type { ModuleContext } from "./module.ts";
import { optionsCode } from "./options.ts";

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
  const entries = service.methods.map((method, i): ObjectEntry => {
    const key = scope.take(methodName(method.name));
    return {
      key,
      value: methodCode(context, method, key, [...path, 2, i]),
      comment: context.jsdoc([...path, 2, i], method.deprecated),
    };
  });
  const given = service.proto.options;
  const options = objectOf({
    doc: context.doc(path),
    deprecated: flag(given, "deprecated"),
    ...optionsCode(context, ServiceOptionsSchema, given, ["deprecated"]),
  });
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

function methodCode(context: ModuleContext, method: DescMethod, property: string, path: readonly number[]): Code {
  const given = method.proto.options;
  const options = objectOf({
    doc: context.doc(path),
    name: toPascalCase(property) === method.name ? undefined : quote(method.name),
    deprecated: flag(given, "deprecated"),
    idempotency: given && isFieldSet(given, MethodOptionsSchema.field.idempotencyLevel)
      ? quote(MethodOptions_IdempotencyLevel[given.idempotencyLevel])
      : undefined,
    ...optionsCode(context, MethodOptionsSchema, given, ["deprecated", "idempotencyLevel"]),
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
