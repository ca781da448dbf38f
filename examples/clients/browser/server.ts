// Serves the page and the greeter on one port, so that no CORS is needed: server.ts [PORT]
// The page's script is bundled when this starts; a real project's build would do that.
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { app } from "../../greeter/app.ts";
import { fetchListener } from "./fetch_listener.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const html = await readFile(path("index.html"), "utf8");
const { outputFiles: [script] } = await build({
  entryPoints: [path("page.ts")],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2024",
  write: false,
  // Within this repository "sigil" is source; the package's exports lead bundlers for browsers there by themselves.
  alias: { "sigil/client": path("../../../src/client.ts"), sigil: path("../../../src/edge.ts") },
});

const server = createServer(fetchListener((request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/") return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
  if (pathname === "/page.js") return new Response(script.text, { headers: { "content-type": "text/javascript" } });
  return app.fetch(request);
}));

server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  const { port } = server.address() as { port: number };
  console.log(`Open http://127.0.0.1:${port}/`);
});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
