// The app that every runtime serves in these tests: all four kinds of calls, errors of each sort, metadata, deadlines, and
// a call-scoped dependency that counts how many of it are alive.
import {
  BidiStreaming,
  ClientStreaming,
  Field,
  type HandlerContext,
  inject,
  Injectable,
  type Interceptor,
  Message,
  notFound,
  ServerStreaming,
  Service,
  Unary,
  UseInterceptors,
} from "sigil";

@Message("probe.v1.Probe")
export class Probe {
  @Field(1)
  text = "";
  @Field(2, "int32")
  count = 0;
  @Field(3, Date)
  at?: Date;
  @Field(4)
  payload = new Uint8Array();

  get loud(): string {
    return this.text.toUpperCase();
  }
}

/** How many {@link CallResource}s are alive, and how many there were. */
export const resources = { alive: 0, made: 0 };

@Injectable({ scope: "call" })
export class CallResource {
  constructor() {
    resources.alive++;
    resources.made++;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
    resources.alive--;
  }
}

const stamp: Interceptor = (next) => async (request) => {
  const response = await next(request);
  response.header.set("x-stamp", "stamped");
  return response;
};

@Service("probe.v1.Probes")
@UseInterceptors(stamp)
export class Probes {
  @Unary(Probe, Probe, { idempotency: "NO_SIDE_EFFECTS" })
  echo(probe: Probe, context: HandlerContext) {
    context.responseHeader.set("x-echo", context.requestHeader.get("x-probe") ?? "none");
    context.responseTrailer.set("x-trailer", "after");
    return { text: probe.loud, count: probe.count + 1, at: probe.at, payload: probe.payload };
  }

  @Unary(Probe, Probe)
  fail(probe: Probe): Probe {
    if (probe.text === "known") return notFound("no such probe", { metadata: { "x-reason": "gone" } });
    throw new Error(`a secret: ${probe.text}`);
  }

  @Unary(Probe, Probe)
  async wait(_probe: Probe, { signal, deadline }: HandlerContext) {
    await new Promise<void>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    return { text: String(deadline) };
  }

  @Unary(Probe, Probe)
  async ignoreSignal() {
    await new Promise(() => {});
    return {};
  }

  @Unary(Probe, Probe)
  aliveResources() {
    return { count: resources.alive, text: String(resources.made) };
  }

  @ServerStreaming(Probe, Probe)
  async *countTo(probe: Probe) {
    for (let count = 1; count <= probe.count; count++) yield { count };
    if (probe.text === "fail") notFound("no more");
  }

  @ServerStreaming(Probe, Probe)
  async *forever(_probe: Probe, { signal }: HandlerContext) {
    for (let count = 1; !signal.aborted; count++) {
      yield { count };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  @ClientStreaming(Probe, Probe)
  async sum(probes: AsyncIterable<Probe>) {
    let count = 0;
    let text = "";
    for await (const probe of probes) {
      count += probe.count;
      text += probe.loud;
    }
    return { count, text };
  }

  @BidiStreaming(Probe, Probe)
  async *shout(probes: AsyncIterable<Probe>) {
    for await (const probe of probes) yield { text: `${probe.loud}!` };
  }
}

@Service("probe.v1.Scoped")
@Injectable({ scope: "call" })
export class Scoped {
  #resource = inject(CallResource);
  #again = inject(CallResource);

  @Unary(Probe, Probe)
  call(probe: Probe) {
    if (probe.text === "throw") throw new Error("thrown");
    return { count: this.#resource === this.#again ? 1 : 2 };
  }

  @ServerStreaming(Probe, Probe)
  async *stream(probe: Probe) {
    for (let count = 0; count < probe.count; count++) yield { count };
    if (probe.text === "hang") await new Promise(() => {});
  }
}
