// The list of every way to listen, for the engine over sockets.
import { sockets } from "../../../src/adapters/sockets/server.ts";
import { exchangeCases } from "../exchange_cases.ts";

exchangeCases(() => sockets());
