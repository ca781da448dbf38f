// A program that makes one call and leaves its client open: it ends by itself. Prints what it was answered.
import process from "node:process";
import { socketsClient } from "../clients.ts";
import { bytes, call } from "../exchanges.ts";

const { text } = await call(socketsClient(), process.argv[2]!, { body: bytes("x") });
console.log(text);
