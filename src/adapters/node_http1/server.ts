// The runtime's own HTTP/1.1 server, made to be handed sockets that someone else accepted. It never listens itself, and
// leaves timeouts to whoever accepts.
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { http } from "../built_in.ts";
import type { Http1Connection } from "./connection.ts";

/** A node:http server without a port. */
export class Http1Server {
  readonly #server: Server;
  readonly #connections = new WeakMap<Duplex, Http1Connection>();

  /** @param maxHeaderBytes Bytes of a request's head; larger ones are answered 431. */
  constructor(maxHeaderBytes: number) {
    // The runtime's own timeouts are for servers that listen; those of the acceptor hold on every runtime. A request may
    // last as long as its call does.
    const server = http().createServer({
      maxHeaderSize: maxHeaderBytes,
      requestTimeout: 0,
      headersTimeout: 0,
      keepAliveTimeout: 0,
    }, (request, response) => {
      const connection = this.#connections.get(request.socket);
      if (connection === undefined) response.destroy();
      else connection.serveRequest(request, response);
    });
    server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      if (error.code === "ECONNRESET" || !socket.writable) {
        socket.destroy();
        return;
      }
      const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    });
    server.on("error", () => {
      // Of a server that does not listen; each socket's errors are followed by its close event.
    });
    // Deno takes a server that does not listen for one that is closing, and closes its connections after their first reply.
    Object.defineProperty(server, "listening", { value: true });
    this.#server = server;
  }

  /** Serves the requests of a socket, of which nothing has been read. */
  open(socket: Duplex, connection: Http1Connection): void {
    this.#connections.set(socket, connection);
    this.#server.emit("connection", socket);
  }
}
