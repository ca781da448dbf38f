// The sigil subject as a server with an interceptor that reads the metadata of each call.
import { type Interceptor, Sigil, unauthenticated } from "../../../../mod.ts";
import { TOKEN } from "../../greeter/greeting.ts";
import { announce } from "../../greeter/program.ts";
import { Greeter } from "./greeter.ts";

const authenticate: Interceptor = (next) => (request) => {
  const token = request.header.get("authorization") ?? TOKEN;
  if (token !== TOKEN) unauthenticated("the token is wrong");
  return next(request);
};

const app = new Sigil({ services: [Greeter], interceptors: [authenticate] });
announce((await app.listen({ host: "127.0.0.1", port: 0 })).port);
