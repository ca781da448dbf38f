// Connect, client side: unary calls by POST and GET, and streams. https://connectrpc.com/docs/protocol
import type { ClientProtocol } from "../client_protocol.ts";
import { EnvelopedMethod } from "../enveloped_method.ts";
import { connectStreamDialect } from "./client_stream.ts";
import { ConnectUnaryMethod } from "./client_unary.ts";

/** Calls in Connect. */
export const connectClient: ClientProtocol = {
  name: "connect",
  caller: (method, options) =>
    method.desc.methodKind === "unary"
      ? new ConnectUnaryMethod(method, options)
      : new EnvelopedMethod(connectStreamDialect, method, options),
};
