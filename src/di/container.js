// What an application needs of tsyringe to register values and to break circles, and the only module of Sigil that loads
// tsyringe, which refuses to be loaded before a metadata polyfill. The two imports have to stand side by side: Bun runs a
// CommonJS module when it is fetched, not in its turn, so a polyfill that is imported by another module may come too late.
import "reflect-metadata/lite";
export { container, delay, Lifecycle } from "tsyringe";
