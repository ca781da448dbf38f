// Modules of Node's library that take long to load, each loaded when it is first asked for: of a server's cold start on Node,
// node:tls is some 15 ms, and node:http 25, because importing it by a statement also loads the fetch and the WebSocket that
// it exports. node:net, which every server and client needs, is imported as usual.
import process from "node:process";

/** node:crypto. */
export function crypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}

/** node:http. */
export function http(): typeof import("node:http") {
  return process.getBuiltinModule("node:http");
}

/** node:http2. */
export function http2(): typeof import("node:http2") {
  return process.getBuiltinModule("node:http2");
}

/** node:tls. */
export function tls(): typeof import("node:tls") {
  return process.getBuiltinModule("node:tls");
}

/** node:zlib. */
export function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}
