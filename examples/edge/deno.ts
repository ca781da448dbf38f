// Deno Deploy, and on this machine: deno serve examples/edge/deno.ts
import { app } from "./app.ts";

export default { fetch: app.fetch };
