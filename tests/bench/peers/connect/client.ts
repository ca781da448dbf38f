// The connect-node subject as a gRPC client: one transport, so one connection.
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import process from "node:process";
import { Greeter } from "../../greeter/descriptor.ts";
import { greet, NAME } from "../../greeter/greeting.ts";
import { driven, expectAnswer } from "../../greeter/program.ts";

const [address, inFlight] = process.argv.slice(2);
const client = createClient(Greeter, createGrpcTransport({ baseUrl: `http://${address}` })) as unknown as {
  sayHello(request: { name: string }): Promise<{ message: string }>;
};
const expected = greet(NAME);

await driven(Number(inFlight), async () => expectAnswer((await client.sayHello({ name: NAME })).message, expected));
