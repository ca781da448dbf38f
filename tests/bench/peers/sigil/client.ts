// The sigil subject as a gRPC client: one client, one connection.
import process from "node:process";
import { createClient } from "../../../../mod.ts";
import { greet, NAME } from "../../greeter/greeting.ts";
import { driven, expectAnswer } from "../../greeter/program.ts";
import { Greeter } from "./greeter.ts";

const [address, inFlight] = process.argv.slice(2);
const client = createClient(Greeter, `http://${address}`);
const expected = greet(NAME);

await driven(Number(inFlight), async () => expectAnswer((await client.sayHello({ name: NAME })).message, expected));
