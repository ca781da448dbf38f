// The grpc-js subject as a server.
import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
} from "@grpc/grpc-js";
import { once } from "node:events";
import { greet } from "../../greeter/greeting.ts";
import { announce } from "../../greeter/program.ts";
import { loadGreeter } from "./service.ts";

interface HelloRequest {
  name: string;
}
interface HelloReply {
  message: string;
}

const sayHello: handleUnaryCall<HelloRequest, HelloReply> = (call, respond) => {
  respond(null, { message: greet(call.request.name) });
};

const watch: handleServerStreamingCall<HelloRequest & { count: number }, HelloReply> = async (call) => {
  for (let sent = 0; sent < call.request.count && !call.cancelled; sent++) {
    if (!call.write({ message: greet(call.request.name) })) {
      await Promise.race([once(call, "drain"), once(call, "close")]);
    }
  }
  call.end();
};

const chat: handleBidiStreamingCall<HelloRequest, HelloReply> = (call) => {
  call.on("data", (request: HelloRequest) => {
    if (call.write({ message: greet(request.name) })) return;
    call.pause();
    call.once("drain", () => call.resume());
  });
  call.on("end", () => call.end());
};

const server = new Server();
server.addService(loadGreeter().service, { sayHello, watch, chat });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  announce(port);
});
