// Messages that lead back to themselves: TypeScript can't infer the type of a constant from its own initial value, so builders
// of these need a type that is written down.
import type { DescMessage } from "@bufbuild/protobuf";

/** The messages of a file that reach themselves through their fields. Files import each other in no circle. */
export function messagesInCircles(messages: readonly DescMessage[]): ReadonlySet<DescMessage> {
  const found = new Set<DescMessage>();
  const index = new Map<DescMessage, number>();
  const low = new Map<DescMessage, number>();
  const stack: DescMessage[] = [];
  const waiting = new Set<DescMessage>();
  const own = new Set(messages);
  // Tarjan's strongly connected components.
  const visit = (message: DescMessage): number => {
    const number = index.size;
    let lowest = number;
    index.set(message, number);
    stack.push(message);
    waiting.add(message);
    for (const next of usesOf(message)) {
      if (!own.has(next)) continue;
      if (next === message) found.add(message);
      if (!index.has(next)) lowest = Math.min(lowest, visit(next));
      else if (waiting.has(next)) lowest = Math.min(lowest, low.get(next) ?? index.get(next) ?? lowest);
    }
    low.set(message, lowest);
    if (lowest < number) return lowest;
    const circle = stack.splice(stack.indexOf(message));
    for (const member of circle) {
      waiting.delete(member);
      if (circle.length > 1) found.add(member);
    }
    return lowest;
  };
  for (const message of messages) if (!index.has(message)) visit(message);
  return found;
}

function usesOf(message: DescMessage): DescMessage[] {
  return message.fields.flatMap((field) => field.message ? [field.message] : []);
}
