// The Greeter service as grpc-js's users write it.
import type { handleBidiStreamingCall, handleServerStreamingCall, handleUnaryCall } from "@grpc/grpc-js";
import { once } from "node:events";
import { greet } from "../../greeter/greeting.ts";

interface HelloRequest {
  name: string;
}
interface HelloReply {
  message: string;
}

export const sayHello: handleUnaryCall<HelloRequest, HelloReply> = (call, respond) => {
  respond(null, { message: greet(call.request.name) });
};

export const watch: handleServerStreamingCall<HelloRequest & { count: number }, HelloReply> = async (call) => {
  for (let sent = 0; sent < call.request.count && !call.cancelled; sent++) {
    if (!call.write({ message: greet(call.request.name) })) {
      await Promise.race([once(call, "drain"), once(call, "close")]);
    }
  }
  call.end();
};

export const chat: handleBidiStreamingCall<HelloRequest, HelloReply> = (call) => {
  call.on("data", (request: HelloRequest) => {
    if (call.write({ message: greet(request.name) })) return;
    call.pause();
    call.once("drain", () => call.resume());
  });
  call.on("end", () => call.end());
};
