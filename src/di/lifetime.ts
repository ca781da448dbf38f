// The instances that live and die together: those of an app, or those of one call. A lifetime knows nothing of how
// instances are made; the resolver asks it for what is there and hands it what it made.
import { disposeInReverse, disposeMethod } from "./disposal.ts";

/** A set of instances with one end. */
export class Lifetime {
  readonly kind: "app" | "call";
  #instances: Map<unknown, unknown> | undefined;
  #owned: unknown[] | undefined;
  #ended = false;
  #end: Promise<void> | undefined;

  constructor(kind: "app" | "call") {
    this.kind = kind;
  }

  /** Whether {@linkcode Lifetime.dispose} has been called. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The instance kept under `key`, undefined where there is none. */
  get(key: unknown): unknown {
    return this.#instances?.get(key);
  }

  /** Keeps `instance`, so that everyone who asks for `key` gets the same one. */
  set(key: unknown, instance: unknown): void {
    (this.#instances ??= new Map()).set(key, instance);
  }

  /** Makes this lifetime the one that disposes `instance`, where there is anything to dispose. */
  own(instance: unknown): void {
    if (disposeMethod(instance) !== undefined) (this.#owned ??= []).push(instance);
  }

  /**
   * Ends the lifetime: disposes what it owns, the last constructed first. Called again, it gives the same promise.
   *
   * @throws {AggregateError} with every failure, after all have been disposed.
   */
  dispose(): Promise<void> {
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
