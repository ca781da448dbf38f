// Cloudflare Workers, by wrangler.toml: npx wrangler dev --config examples/edge/wrangler.toml
import { app } from "./app.ts";

export default { fetch: app.fetch };
