// The signal of an exchange: an AbortController made only when somebody asks for its signal, which is rare on the unary
// path. Shared by every host that fills the neck.

const reasons = new Map<string, DOMException>();

/**
 * Why an exchange ended early, in the form that AbortSignal users expect: a DOMException named `AbortError`. Connections vanish
 * with hundreds of calls at once, and making an error costs more than all else that a lost call does: there is one for each text.
 *
 * @param what a text of a few that the code has, nothing that a peer said.
 */
export function peerGone(what: string): DOMException {
  let reason = reasons.get(what);
  if (reason === undefined) reasons.set(what, reason = new DOMException(what, "AbortError"));
  return reason;
}

/** An AbortSignal that comes into being on the first read of {@link PeerSignal.signal}. */
export class PeerSignal {
  #controller: AbortController | undefined;
  #aborted = false;
  #reason: unknown;

  /** True once {@link PeerSignal.abort} was called. */
  get aborted(): boolean {
    return this.#aborted;
  }

  /** The reason given to {@link PeerSignal.abort}. */
  get reason(): unknown {
    return this.#reason;
  }

  /** The signal; already aborted where the peer went before it was asked for. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Aborts, once; later calls do nothing. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
