// Enums: options, reserved numbers and names, values in the order of the descriptor.
import { type EnumDescriptorProto, EnumOptionsSchema, EnumValueOptionsSchema } from "@bufbuild/protobuf/wkt";
import { inScope, type PrintContext } from "./context.ts";
import { compactOptions } from "./option.ts";
import { printReserved, visibility } from "./reserved.ts";

/**
 * Prints an enum.
 *
 * @param path its path in the FileDescriptorProto.
 * @param scope the full name of the message or package that it is declared in.
 */
export function printEnum(
  context: PrintContext,
  enumeration: EnumDescriptorProto,
  path: readonly number[],
  scope: string,
): void {
  const options = context.options(EnumOptionsSchema, enumeration.options, inScope(scope, enumeration.name));
  const head = `${visibility(enumeration.visibility)}enum ${enumeration.name}`;
  context.block(path, head, options, () => {
    // Unlike those of messages, these ranges end with their last number.
    const ranges = enumeration.reservedRange.map(({ start, end }) => {
      return start === end ? String(start) : `${start} to ${end === 2147483647 ? "max" : end}`;
    });
    printReserved(context, ranges, enumeration.reservedName);
    context.out.gap();
    enumeration.value.forEach((value, i) => {
      const valueOptions = context.options(EnumValueOptionsSchema, value.options, inScope(scope, value.name));
      context.statement([...path, 2, i], `${value.name} = ${value.number}${compactOptions(valueOptions)};`);
    });
  });
}
