// A Worker made from the installed package: the condition `workerd` leads to the entry for edges.
import { field, implement, message, service, Sigil, unary } from "sigil";

const Greeting = message("project.v1.Greeting", { text: field(1, "string") });
const Greeter = service("project.v1.Greeter", { greet: unary(Greeting, Greeting) });

export default new Sigil({ services: [implement(Greeter, { greet: ({ text }) => ({ text: `Hello ${text}` }) })] });
