// nginx in front of our server: as a cache that answers Connect GETs by itself, and as a gRPC proxy that our client calls.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Check, freePort, ours, type Runtime, ServerProgram } from "../programs.ts";
import { locate, NGINX } from "../../support/requirement.ts";
import type { OurServer, Peer } from "./peer.ts";
import { callTheirs, OUR_CASES } from "./test_service_peer.ts";

interface Nginx extends AsyncDisposable {
  /** HTTP/1.1 with a cache, over Connect. */
  readonly cacheUrl: string;
  /** HTTP/2 with prior knowledge, over gRPC. */
  readonly grpcUrl: string;
}

function configuration(folder: string, cachePort: number, grpcPort: number, upstream: number): string {
  // A worker of another user could not write into the folder.
  const user = process.getuid?.() === 0 ? "user root;" : "";
  return `daemon off;
${user}
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log warn;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  proxy_cache_path ${folder}/cache keys_zone=connect:1m;
  client_max_body_size 16m;
  server {
    listen 127.0.0.1:${cachePort};
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_http_version 1.1;
      proxy_cache connect;
      proxy_cache_key $request_uri;
      add_header x-cache $upstream_cache_status always;
    }
  }
  server {
    listen 127.0.0.1:${grpcPort} http2;
    location / { grpc_pass grpc://127.0.0.1:${upstream}; }
  }
}
`;
}

async function startNginx(upstream: number): Promise<Nginx> {
  const program = locate(NGINX);
  if (program === undefined) throw new Error(`There is no ${NGINX.name}: ${NGINX.install}`);
  const folder = mkdtempSync(join(tmpdir(), "sigil-nginx-"));
  const [cachePort, grpcPort] = [await freePort(), await freePort()];
  const path = join(folder, "nginx.conf");
  writeFileSync(path, configuration(folder, cachePort, grpcPort, upstream));
  const server = await ServerProgram.start([program, "-p", folder, "-c", path], { port: grpcPort });
  return {
    cacheUrl: `http://127.0.0.1:${cachePort}`,
    grpcUrl: `http://127.0.0.1:${grpcPort}`,
    async [Symbol.asyncDispose]() {
      // It ends its workers where it is asked to, and not where it is killed.
      await server.terminate();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Asks twice; the second answer must be the cache's and the same. */
async function cached(url: string, requests: readonly string[], statuses: readonly string[]): Promise<void> {
  let first: string | undefined;
  for (const [index, query] of requests.entries()) {
    const response = await fetch(`${url}/grpc.testing.TestService/${query}`);
    const body = await response.text();
    if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${body}`);
    const status = response.headers.get("x-cache");
    if (status !== statuses[index]) throw new Error(`answer ${index + 1} is a ${status}, not a ${statuses[index]}`);
    if (body !== (first ??= body)) throw new Error(`answer ${index + 1} differs: ${body}`);
  }
}

const MESSAGE = `encoding=json&message=${encodeURIComponent('{"responseSize":5}')}&connect=v1`;

export const nginx: Peer = {
  name: "nginx",
  about: "nginx in front: a cache of Connect GETs, a gRPC proxy",

  async *callOurServer({ port }: OurServer): AsyncGenerator<Check> {
    await using proxy = await startNginx(port);
    const get = cached(proxy.cacheUrl, [`CacheableUnaryCall?${MESSAGE}`, `CacheableUnaryCall?${MESSAGE}`], [
      "MISS",
      "HIT",
    ]);
    yield { name: "Connect GET: the cache answers the second call", error: await get.then(() => undefined, String) };
  },

  async *serveOurClient(runtime: Runtime): AsyncGenerator<Check> {
    await using server = await ServerProgram.start(ours("node", "test_service/server.ts"));
    await using proxy = await startNginx(server.port);
    yield* await callTheirs(runtime, proxy.cacheUrl, ["cacheable_unary"]);
    yield* await callTheirs(runtime, proxy.grpcUrl, OUR_CASES);
  },
};
