// The connect-node subject as a server, over node:http2 as its documentation has it.
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { announce } from "../../greeter/program.ts";
import { routes } from "./routes.ts";

const server = createServer(connectNodeAdapter({ routes }));
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
