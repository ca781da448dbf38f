// The sigil subject on the edge: the edge entry's `fetch`.
import { Sigil } from "../../../../src/edge.ts";
import { serveEdge } from "../../greeter/edge_program.ts";
import { Greeter } from "./greeter.ts";

const app = new Sigil({ services: [Greeter] });

await serveEdge((request) => app.fetch(request));
