// A browser client of one method, made from a contract.
import { createClient } from "../../../../src/client.ts";
import { Greeter } from "./contract.ts";

const greeter = createClient(Greeter, "https://edge.example");
console.log((await greeter.sayHello({ name: "browser" })).message);
