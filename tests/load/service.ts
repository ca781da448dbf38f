// What the servers of the live proofs serve: the four kinds of calls, handlers that keep to their signal and one that does not,
// and how many handlers run.
import { type JsonObject } from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import {
  BidiStreaming,
  ClientStreaming,
  Field,
  type HandlerContext,
  Message,
  ServerStreaming,
  Service,
  Unary,
  unavailable,
} from "../../mod.ts";

@Message("live.v1.Parcel")
export class Parcel {
  @Field(1)
  text = "";
  @Field(2)
  payload = new Uint8Array();
  @Field(3, "string", "string")
  labels: { [key: string]: string } = {};
  @Field(4, StructSchema)
  extra?: JsonObject;
  @Field(5, () => Parcel)
  inner?: Parcel;
  @Field(6, "int32")
  count = 0;
  @Field(7, "int64")
  total = 0n;
}

/** What an attacker tries to find out. */
export const SECRET = "b1946ac92492d2347c6235b4d2611184";

/** Handlers that have begun and not settled. */
export const handlers = { running: 0, most: 0 };

function begin(): void {
  handlers.most = Math.max(handlers.most, ++handlers.running);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

@Service("live.v1.Target")
export class Target {
  @Unary(Parcel, Parcel, { idempotency: "NO_SIDE_EFFECTS" })
  echo({ text, payload, count, labels }: Parcel) {
    return { text, payload, count, labels };
  }

  /** Tells what became of hostile keys. */
  @Unary(Parcel, Parcel)
  inspect({ labels, extra }: Parcel) {
    const told = [labels, extra ?? {}].map((object) => {
      const prototype = Object.getPrototypeOf(object) as unknown;
      const plain = prototype === Object.prototype || prototype === null ? "plain" : "re-parented";
      return `${plain} with ${Object.keys(object).join(",") || "nothing"}`;
    });
    const polluted = ({} as { polluted?: unknown }).polluted === undefined ? "clean" : "POLLUTED";
    return { text: `${told.join("; ")}; ${polluted}` };
  }

  /** Fails with the text, or as much of it as `count` says. */
  @Unary(Parcel, Parcel)
  async fail({ text, count }: Parcel) {
    await Promise.resolve();
    return unavailable(count > 0 ? text.slice(0, count) : text);
  }

  /** Sends the text back as metadata. */
  @Unary(Parcel, Parcel)
  mark({ text }: Parcel, { responseTrailer }: HandlerContext) {
    responseTrailer.set("x-mark", text);
    return {};
  }

  /** Sends the text back beside a secret, compressed where the caller takes it. */
  @Unary(Parcel, Parcel)
  blab({ text }: Parcel) {
    return { text, labels: { secret: SECRET } };
  }

  /** The same, never compressed. */
  @Unary(Parcel, Parcel)
  whisper({ text }: Parcel, context: HandlerContext) {
    context.compress = false;
    return { text, labels: { secret: SECRET } };
  }

  /** Waits until its caller is gone. */
  @Unary(Parcel, Parcel)
  async wait(_: Parcel, { signal }: HandlerContext) {
    begin();
    await aborted(signal);
    handlers.running--;
    return {};
  }

  /** Goes on for `count` milliseconds, whatever becomes of its caller. */
  @Unary(Parcel, Parcel)
  async goOn({ count }: Parcel) {
    begin();
    await new Promise((resolve) => setTimeout(resolve, count));
    handlers.running--;
    return {};
  }

  /** `count` messages with the payload that it was given. */
  @ServerStreaming(Parcel, Parcel)
  async *repeat({ payload, count }: Parcel) {
    begin();
    try {
      for (let sent = 0; sent < count; sent++) yield { payload, count: sent };
    } finally {
      handlers.running--;
    }
  }

  @ClientStreaming(Parcel, Parcel)
  async sum(parcels: AsyncIterable<Parcel>) {
    begin();
    try {
      let count = 0;
      for await (const parcel of parcels) count += parcel.count;
      return { count };
    } finally {
      handlers.running--;
    }
  }

  /** Takes one message, and reads no more until its caller is gone. */
  @ClientStreaming(Parcel, Parcel)
  async stall(parcels: AsyncIterable<Parcel>, { signal }: HandlerContext) {
    begin();
    try {
      for await (const _ of parcels) await aborted(signal);
      return {};
    } finally {
      handlers.running--;
    }
  }

  @BidiStreaming(Parcel, Parcel)
  async *chat(parcels: AsyncIterable<Parcel>) {
    begin();
    try {
      for await (const { text, payload } of parcels) yield { text, payload };
    } finally {
      handlers.running--;
    }
  }
}
