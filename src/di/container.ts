// What an application needs of tsyringe to register values and to break circles, importable in any order: tsyringe itself
// refuses to be imported before a metadata polyfill, and this module sees to that.
import "./reflect.ts";

export { container, delay, type DependencyContainer, Lifecycle } from "tsyringe";
