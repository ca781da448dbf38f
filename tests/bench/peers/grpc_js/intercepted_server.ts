// The grpc-js subject as a server with an interceptor that reads the metadata of each call.
import { Server, ServerCredentials, ServerInterceptingCall, type ServerInterceptor, status } from "@grpc/grpc-js";
import { TOKEN } from "../../greeter/greeting.ts";
import { announce } from "../../greeter/program.ts";
import { chat, sayHello, watch } from "./handlers.ts";
import { loadGreeter } from "./service.ts";

const authenticate: ServerInterceptor = (_method, call) =>
  new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata(metadata, pass) {
          const [token = TOKEN] = metadata.get("authorization");
          if (token === TOKEN) pass(metadata);
          else call.sendStatus({ code: status.UNAUTHENTICATED, details: "the token is wrong" });
        },
      }),
  });

const server = new Server({ interceptors: [authenticate] });
server.addService(loadGreeter().service, { sayHello, watch, chat });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  announce(port);
});
