// A server that answers every request with the same octets, whatever is asked: frames of HTTP/2, or the text of an HTTP/1.1
// response. It reads and forgets what it is sent.
import * as net from "node:net";
import { bytes, settings, settingsAck } from "../support/frames.ts";

/** Octets of an answer on the stream that the client opened first. */
export type Answer = (streamId: number) => Uint8Array;

/** Listens; `url` is what to call. */
export async function hostileServer(isHttp2: boolean, answer: Answer): Promise<{ url: string; close(): void }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    if (isHttp2) socket.write(bytes(settings(), settingsAck()));
    let seen = "";
    let isAnswered = false;
    socket.on("data", (data) => {
      if (isAnswered) return;
      seen += data.toString("latin1");
      // HEADERS on stream 1 with or without END_STREAM: type 1, flags, four octets of the identifier.
      // deno-lint-ignore no-control-regex
      if (isHttp2 ? !/\x01[\x04\x05]\0\0\0\x01/.test(seen) : !seen.includes("\r\n\r\n")) return;
      isAnswered = true;
      socket.write(answer(1));
      if (!isHttp2) socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
