// The list of every HTTP/2 client, for node:http2.
import { nodeHttp2Client } from "../../../src/adapters/node_http2/client.ts";
import { pulling } from "../../support/pulling_client.ts";
import { clientCases } from "../client_cases.ts";

clientCases((options) => pulling(nodeHttp2Client(options)));
