// The list of every way to listen, for the one that a runtime gets where none is asked for.
import { defaultTransport } from "../../src/adapters/default_transport.ts";
import { exchangeCases } from "./exchange_cases.ts";

exchangeCases(() => defaultTransport());
