// Paths of generated modules, and how one names another.

/** The path of the module of a .proto file: `shop/v1/orders.proto` is `shop/v1/orders.ts`. */
export function modulePath(protoPath: string): string {
  return `${protoPath.replace(/\.proto$/, "")}.ts`;
}

/**
 * How a module names another: `../common/money.ts`.
 *
 * @param extension what stands for `.ts` at its end.
 */
export function moduleSpecifier(from: string, to: string, extension: string): string {
  const steps = from.split("/").slice(0, -1);
  const target = to.split("/");
  let shared = 0;
  while (shared < steps.length && shared < target.length - 1 && steps[shared] === target[shared]) shared++;
  const up = steps.slice(shared).map(() => "..");
  const path = [...(up.length === 0 ? ["."] : up), ...target.slice(shared)].join("/");
  return path.replace(/\.ts$/, extension);
}
