// What the user's source calls the elements of a schema: classes and properties, enums and their names, methods. For those who
// have to say where in the source something is that descriptors know by protobuf's names.
import type { ResolvedEnum, ResolvedMessage, ResolvedSchema, ResolvedService } from "../schema/resolved.ts";

/** A type as it was declared. */
export interface DeclaredType {
  readonly kind: "message" | "enum" | "service";
  /** The name of the class; for enums and contracts, which know no name of their own, that of the type. */
  readonly owner: string;
  /** Properties by field number, names by enum number, methods by their protobuf names; `payment.card` for a case of a oneof. */
  readonly members: ReadonlyMap<number | string, string>;
}

/** The types that a schema was made of, by their full names. Types of generated code are none of them. */
export function declaredTypes({ messages, enums, services }: ResolvedSchema): Map<string, DeclaredType> {
  return new Map<string, DeclaredType>([
    ...messages.map((message) => [message.typeName, messageOf(message)] as const),
    ...enums.map((enumeration) => [enumeration.typeName, enumOf(enumeration)] as const),
    ...services.map((service) => [service.typeName, serviceOf(service)] as const),
  ]);
}

function messageOf({ messageClass, fields }: ResolvedMessage): DeclaredType {
  const members = fields.map(({ number, oneof, property }) =>
    [number, oneof ? `${oneof.property}.${property}` : property] as const
  );
  return { kind: "message", owner: messageClass.name, members: new Map(members) };
}

function enumOf({ typeName, values }: ResolvedEnum): DeclaredType {
  const members = [...values].reverse().map(({ local, number }) => [number, local] as const);
  return { kind: "enum", owner: lastName(typeName), members: new Map(members) };
}

function serviceOf({ typeName, methods }: ResolvedService): DeclaredType {
  const members = methods.map(({ property, protoName }) => [protoName, property] as const);
  return { kind: "service", owner: lastName(typeName), members: new Map(members) };
}

function lastName(typeName: string): string {
  return typeName.slice(typeName.lastIndexOf(".") + 1);
}
