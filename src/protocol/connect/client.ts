// Connect, client side. https://connectrpc.com/docs/protocol
import { createTransport } from "@connectrpc/connect/protocol-connect";
import type { ClientProtocol } from "../protocol.ts";

/** Calls in Connect. */
export const connectClient: ClientProtocol = createTransport;
