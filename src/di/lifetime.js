// The instances that live and die together: those of an app, or those of one call. A lifetime knows nothing of how
// instances are made; the resolver asks it for what is there and hands it what it made.
import { disposeInReverse, disposeMethod } from "./disposal.js";
/** A set of instances with one end. */
export class Lifetime {
  kind;
  #instances;
  #owned;
  #ended = false;
  #end;
  constructor(kind) {
    this.kind = kind;
  }
  /** Whether {@linkcode Lifetime.dispose} has been called. */
  get ended() {
    return this.#ended;
  }
  /** The instance kept under `key`, undefined where there is none. */
  get(key) {
    return this.#instances?.get(key);
  }
  /** Keeps `instance`, so that everyone who asks for `key` gets the same one. */
  set(key, instance) {
    (this.#instances ??= new Map()).set(key, instance);
  }
  /** Makes this lifetime the one that disposes `instance`, where there is anything to dispose. */
  own(instance) {
    if (disposeMethod(instance) !== undefined) {
      (this.#owned ??= []).push(instance);
    }
  }
  /**
   * Ends the lifetime: disposes what it owns, the last constructed first. Called again, it gives the same promise.
   *
   * @throws {AggregateError} with every failure, after all have been disposed.
   */
  dispose() {
    if (!this.#ended) {
      const owned = this.#owned;
      // Before anything is disposed: what is being disposed may not bring new instances to life.
      this.#ended = true;
      this.#owned = undefined;
      this.#instances = undefined;
      this.#end = owned === undefined ? Promise.resolve() : disposeInReverse(owned);
    }
    return this.#end ?? Promise.resolve();
  }
}
