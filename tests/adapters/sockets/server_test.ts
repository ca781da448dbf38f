// The list of every way to listen on sockets, for the engine.
import { sockets } from "../../../src/adapters/sockets/server.ts";
import { serverCases } from "../server_cases.ts";

serverCases(({ maxConcurrentStreams, headTimeoutMs }) => sockets({ http2: { maxConcurrentStreams }, headTimeoutMs }));
