// Names: protobuf's rules for identifiers, and the translation between TypeScript's and protobuf's conventions.
// https://protobuf.dev/programming-guides/style/ and https://protobuf.dev/reference/protobuf/proto3-spec/#identifiers

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
const identifiers = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** Whether a name is a protobuf identifier: a letter or underscore, then letters, digits and underscores. */
export function isIdentifier(name: string): boolean {
  return identifier.test(name);
}

/** Whether a name is a full protobuf name: identifiers joined by dots. */
export function isFullName(name: string): boolean {
  return identifiers.test(name);
}

/** The part of a full name after its last dot. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}

/** The part of a full name before its last dot; empty where there is none. */
export function scopeName(fullName: string): string {
  return fullName.slice(0, Math.max(0, fullName.lastIndexOf(".")));
}

/** `createdAt` and `HTTPServer2` as `created_at` and `http_server2`. */
export function toSnakeCase(name: string): string {
  if (!/[A-Z]/.test(name)) return name;
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** `paid`, `Paid` and `PAID` as `PAID`; `inTransit` as `IN_TRANSIT`. */
export function toUpperSnakeCase(name: string): string {
  return toSnakeCase(name).toUpperCase();
}

/** `getOrder` as `GetOrder`. */
export function toPascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The JSON name that protoc gives to a field: `created_at` as `createdAt`. */
export function toJsonName(protoName: string): string {
  if (!protoName.includes("_")) return protoName;
  return protoName.replace(/_+([a-zA-Z0-9])?/g, (_, next: string | undefined) => (next ?? "").toUpperCase());
}

/** The name of the entry message of a map field, as protoc makes it: `stock_levels` as `StockLevelsEntry`. */
export function mapEntryName(protoName: string): string {
  return `${toPascalCase(toJsonName(protoName))}Entry`;
}

/** The package of a type: its name without its own part, and without the messages that it is nested in. */
export function packageOf(typeName: string, isMessage: (typeName: string) => boolean): string {
  let scope = scopeName(typeName);
  while (scope !== "" && isMessage(scope)) scope = scopeName(scope);
  return scope;
}
