// One app for every host that calls `fetch`. It names no runtime, reads no file and keeps no state between calls, so it
// runs wherever its entries (deno.ts, workers.ts, bun.ts) put it: over Connect and gRPC-Web, unary and server streaming.
import { Field, invalidArgument, Message, ServerStreaming, Service, Sigil, Unary } from "sigil";

@Message("dice.v1.RollRequest")
export class RollRequest {
  @Field(1, "int32", { doc: "Sides of the die, 2 to 1000. Default: 6." })
  sides = 0;
  @Field(2, "int32", { doc: "How many rolls a stream has, 1 to 100. Default: 3." })
  count = 0;
}

@Message("dice.v1.RollReply")
export class RollReply {
  @Field(1, "int32")
  value = 0;
}

@Service("dice.v1.Dice")
export class Dice {
  @Unary(RollRequest, RollReply)
  roll(request: RollRequest): RollReply {
    return { value: roll(request) };
  }

  @ServerStreaming(RollRequest, RollReply)
  async *rolls(request: RollRequest): AsyncGenerator<RollReply> {
    const count = request.count || 3;
    if (count < 1 || count > 100) invalidArgument(`count is ${count}; it must be 1 to 100`);
    for (let i = 0; i < count; i++) yield { value: roll(request) };
  }
}

function roll(request: RollRequest): number {
  const sides = request.sides || 6;
  if (sides < 2 || sides > 1000) invalidArgument(`sides is ${sides}; it must be 2 to 1000`);
  return 1 + Math.floor(Math.random() * sides);
}

export const app: Sigil = new Sigil({ services: [Dice] });
