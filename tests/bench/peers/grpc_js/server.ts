// The grpc-js subject as a server.
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { announce } from "../../greeter/program.ts";
import { chat, sayHello, watch } from "./handlers.ts";
import { loadGreeter } from "./service.ts";

const server = new Server();
server.addService(loadGreeter().service, { sayHello, watch, chat });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  announce(port);
});
