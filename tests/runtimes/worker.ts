// The case list's app as a Worker: what workerd_test.ts bundles and runs in workerd.
import { Sigil } from "sigil/edge";
import { Probes, Scoped } from "./app.ts";

export default new Sigil({ services: [Probes, Scoped], onUnknownError: () => {} });
