// A module that serves as soon as it is loaded, and so keeps its process alive.
import { app } from "./shop.ts";

await app.listen({ port: 0, host: "127.0.0.1", shutdownSignals: false });

export default app;
