// The client that hostile servers are set on: makes one call where it is told to, and says what came of it.
import process from "node:process";
import { createClient, fetchTransport, grpcTransport } from "../../mod.ts";
import { memory, takeOrders } from "../load/orders.ts";
import { Target } from "../load/service.ts";

/** A call that a client is to make. */
export interface ClientCall {
  readonly url: string;
  readonly protocol: "grpc" | "grpc-web" | "connect";
  /** Whether the reply is a stream. */
  readonly streams: boolean;
}

const unexpected: string[] = [];
process.on("uncaughtException", (error) => unexpected.push(`uncaught: ${error.stack ?? error}`));
process.on("unhandledRejection", (error) => unexpected.push(`unhandled: ${error}`));

takeOrders({}, {
  async call({ url, protocol, streams }: ClientCall): Promise<string> {
    const transport = protocol === "grpc"
      ? grpcTransport(url, { maxReceiveBytes: 4_194_304 })
      : fetchTransport(url, { protocol, maxReceiveBytes: 4_194_304 });
    const client = createClient(Target, transport);
    try {
      if (!streams) return `answered "${(await client.echo({}, { timeoutMs: 4000 })).text}"`;
      let received = 0;
      for await (const _ of client.repeat({}, { timeoutMs: 4000 })) received++;
      return `ended after ${received} messages`;
    } catch (error) {
      return String(error).slice(0, 300);
    } finally {
      await (transport as { close?(): Promise<void> }).close?.();
    }
  },
  report: () => memory(),
  unexpected: () => unexpected.splice(0),
});
