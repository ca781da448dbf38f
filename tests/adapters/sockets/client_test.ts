// The list of every HTTP/2 client, for the engine over sockets.
import { socketsClient } from "../../../src/adapters/sockets/client.ts";
import { pulling } from "../../support/pulling_client.ts";
import { clientCases } from "../client_cases.ts";

clientCases((options) => pulling(socketsClient(options)));
