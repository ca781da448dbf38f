// The app: what is served, whatever serves it. `sigil proto examples/greeter/app.ts --out examples/greeter/proto` writes its
// .proto file; main.ts listens; ../edge hands it to hosts that call fetch.
import { Sigil } from "sigil";
import { CallLog } from "./call_log.ts";
import { Greeter } from "./greeter.ts";

export const app: Sigil = new Sigil({ services: [Greeter], interceptors: [CallLog] });

export default app;
