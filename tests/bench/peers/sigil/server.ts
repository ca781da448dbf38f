// The sigil subject as a server: what `listen` gives on the runtime at hand.
import { Sigil } from "../../../../mod.ts";
import { announce } from "../../greeter/program.ts";
import { Greeter } from "./greeter.ts";

const server = await new Sigil({ services: [Greeter] }).listen({ host: "127.0.0.1", port: 0 });
announce(server.port);
