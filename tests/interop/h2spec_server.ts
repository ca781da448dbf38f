// What h2spec is run against: any request is answered 200 with a body, as soon as it is there, over cleartext or TLS.
import process from "node:process";
import { sockets } from "../../src/adapters/sockets/server.ts";
import { certificates } from "../support/tls/certificates.ts";

const tls = process.argv.includes("--tls") ? certificates.server : undefined;
const body = new TextEncoder().encode("a body for h2spec");
const listener = await sockets().listen((exchange) => {
  void (async () => {
    try {
      await exchange.readWhole(1 << 20);
      exchange.reply(200, [["content-type", "text/plain"]], body);
    } catch (error) {
      exchange.reset(error);
    }
  })();
}, { host: "127.0.0.1", port: 0, tls });
console.log(`listening on ${listener.port}`);
