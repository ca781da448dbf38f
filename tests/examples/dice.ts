// What any host of examples/edge must answer, over Connect and gRPC-Web.
import assert from "node:assert/strict";
import { Code, ConnectError, createClient, fetchTransport } from "sigil";
import { Dice, RollManyResponse } from "../../examples/edge/app.ts";

/** Calls the dice at a URL in both protocols, over binary and JSON messages. */
export async function playDice(url: string): Promise<void> {
  for (const protocol of ["connect", "grpc-web"] as const) {
    for (const format of ["binary", "json"] as const) {
      const dice = createClient(Dice, fetchTransport(url, { protocol, format }), { defaultTimeoutMs: 10_000 });
      const { value } = await dice.roll({ sides: 20 });
      assert.ok(Number.isInteger(value) && value >= 1 && value <= 20, `rolled ${value}`);
      const rolls = await Array.fromAsync(dice.rollMany({ count: 5 }));
      assert.equal(rolls.length, 5);
      assert.ok(rolls.every((roll) => roll instanceof RollManyResponse && roll.value >= 1 && roll.value <= 6));
      await assert.rejects(dice.roll({ sides: 1 }), (error) => {
        assert.ok(error instanceof ConnectError);
        assert.equal(error.code, Code.InvalidArgument);
        assert.equal(error.rawMessage, "sides is 1; it must be 2 to 1000");
        return true;
      });
    }
  }
  const response = await fetch(`${url}/dice.v1.DiceService/Roll`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"sides": 2}',
  });
  assert.equal(response.status, 200);
  assert.match(await response.text(), /^\{"value":[12]\}$/);
}
