// The HTTP clients of the adapters, as tests like to call them.
import { FetchClient, type FetchClientOptions } from "../../src/adapters/fetch/client.ts";
import * as nodeHttp2 from "../../src/adapters/node_http2/client.ts";
import * as sockets from "../../src/adapters/sockets/client.ts";
import { pulling, type PullingClient } from "../support/pulling_client.ts";

export function fetchClient(options: FetchClientOptions = {}): PullingClient {
  return pulling(new FetchClient(options));
}

export function nodeHttp2Client(options: nodeHttp2.NodeHttp2ClientOptions = {}): PullingClient {
  return pulling(nodeHttp2.nodeHttp2Client(options));
}

export function socketsClient(options: sockets.SocketsClientOptions = {}): PullingClient {
  return pulling(sockets.socketsClient(options));
}
