// Bun.serve: bun examples/edge/bun.ts
import process from "node:process";
import { app } from "./app.ts";

// From bun-types, in a project of Bun's own.
declare const Bun: {
  serve(options: { port: number; fetch: typeof app.fetch }): { url: URL; stop(): Promise<void> };
};

const server = Bun.serve({ port: Number(process.env.PORT ?? 3000), fetch: (request) => app.fetch(request) });
console.log(`dice.v1.DiceService is served on ${server.url}`);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.stop());
