// The grpc-js subject as a client: one channel, so one connection.
import { credentials } from "@grpc/grpc-js";
import process from "node:process";
import { greet, NAME } from "../../greeter/greeting.ts";
import { driven, expectAnswer } from "../../greeter/program.ts";
import { loadGreeter } from "./service.ts";

const [address, inFlight] = process.argv.slice(2);
const client = new (loadGreeter())(address, credentials.createInsecure());
const expected = greet(NAME);

function sayHello(): Promise<void> {
  return new Promise((resolve, reject) => {
    client.sayHello({ name: NAME }, (error: Error | null, reply: { message: string }) => {
      if (error !== null) return reject(error);
      expectAnswer(reply.message, expected);
      resolve();
    });
  });
}

await driven(Number(inFlight), sayHello);
