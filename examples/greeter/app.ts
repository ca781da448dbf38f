// The app: what is served, whatever serves it. `sigil proto examples/greeter/app.ts --out examples/greeter/proto` writes its
// .proto file; main.ts listens.
import { type AppOptions, Sigil } from "sigil";
import { CallLog } from "./call_log.ts";
import { Greeter } from "./greeter.ts";
import { KnownLanguages } from "./messages.ts";

/** What is served. */
export const appOptions: AppOptions = {
  services: [Greeter],
  // No method has it: errors carry it.
  messages: [KnownLanguages],
  interceptors: [CallLog],
};

export const app: Sigil = new Sigil(appOptions);

export default app;
