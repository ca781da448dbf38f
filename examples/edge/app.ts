// One app for every host that calls `fetch`. It names no runtime, reads no file and keeps no state between calls, so it
// runs wherever its entries (deno.ts, workers.ts, bun.ts) put it: over Connect and gRPC-Web, unary and server streaming.
import { Field, invalidArgument, Message, ServerStreaming, Service, Sigil, Unary } from "sigil";

@Message("dice.v1.RollRequest")
export class RollRequest {
  @Field(1, "int32", { doc: "Sides of the die, 2 to 1000. Default: 6." })
  sides = 0;
}

@Message("dice.v1.RollResponse")
export class RollResponse {
  @Field(1, "int32")
  value = 0;
}

@Message("dice.v1.RollManyRequest")
export class RollManyRequest {
  @Field(1, "int32", { doc: "Sides of the die, 2 to 1000. Default: 6." })
  sides = 0;
  @Field(2, "int32", { doc: "How many rolls, 1 to 100. Default: 3." })
  count = 0;
}

@Message("dice.v1.RollManyResponse")
export class RollManyResponse {
  @Field(1, "int32")
  value = 0;
}

@Service("dice.v1.DiceService")
export class Dice {
  @Unary(RollRequest, RollResponse)
  roll(request: RollRequest): RollResponse {
    return { value: roll(request) };
  }

  @ServerStreaming(RollManyRequest, RollManyResponse)
  async *rollMany(request: RollManyRequest): AsyncGenerator<RollManyResponse> {
    const count = request.count || 3;
    if (count < 1 || count > 100) invalidArgument(`count is ${count}; it must be 1 to 100`);
    for (let i = 0; i < count; i++) yield { value: roll(request) };
  }
}

function roll(request: { sides: number }): number {
  const sides = request.sides || 6;
  if (sides < 2 || sides > 1000) invalidArgument(`sides is ${sides}; it must be 2 to 1000`);
  return 1 + Math.floor(Math.random() * sides);
}

export const app: Sigil = new Sigil({ services: [Dice] });
