// A browser client of one method. connect-es's browser package is a thin layer over this transport and fetch client.
import { createClient } from "@connectrpc/connect";
import { createFetchClient } from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";
import { Greeter } from "./generated.ts";

const transport = createTransport({
  baseUrl: "https://edge.example",
  httpClient: createFetchClient(fetch),
  useBinaryFormat: true,
  interceptors: [],
  acceptCompression: [],
  sendCompression: null,
  compressMinBytes: 1024,
  readMaxBytes: 0xffffffff,
  writeMaxBytes: 0xffffffff,
});
const greeter = createClient(Greeter, transport) as unknown as {
  sayHello(request: { name: string }): Promise<{ message: string }>;
};
console.log((await greeter.sayHello({ name: "browser" })).message);
