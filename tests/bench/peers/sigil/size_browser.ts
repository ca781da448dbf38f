// A browser client of one method, made from a contract.
import { createClient, fetchTransport } from "../../../../src/client.ts";
import { Greeter } from "./contract.ts";

const greeter = createClient(Greeter, fetchTransport("https://edge.example"));
console.log((await greeter.sayHello({ name: "browser" })).message);
