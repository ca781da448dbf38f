// What an application needs of tsyringe to register values and to break circles, and the only module of Sigil that loads
// tsyringe, which refuses to be loaded before a metadata polyfill. The two imports have to stand side by side: Bun runs a
// CommonJS module when it is fetched, not in its turn, so a polyfill that is imported by another module may come too late.
import "reflect-metadata/lite";

import { container, delay, type DependencyContainer, Lifecycle } from "tsyringe";
import { registerAliasesWith } from "./alias.ts";
import { injectionToken } from "./registrations.ts";

export { container, delay, type DependencyContainer, Lifecycle };

registerAliasesWith((token, target) => {
  container.register(injectionToken(token), { useToken: injectionToken(target) });
});
