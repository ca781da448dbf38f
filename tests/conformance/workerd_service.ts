// The suite's service as a Worker. The descriptors of the suite and the limit of messages are bindings of its.
import { Sigil } from "sigil/edge";
import { ConformanceProtocol } from "./protocol.ts";
import { conformanceService } from "./service.ts";

interface Bindings {
  readonly DESCRIPTORS: string;
  readonly MAX_RECEIVE_BYTES: string;
}

let app: Sigil | undefined;

function made({ DESCRIPTORS, MAX_RECEIVE_BYTES }: Bindings): Sigil {
  const protocol = new ConformanceProtocol(Uint8Array.from(atob(DESCRIPTORS), (character) => character.charCodeAt(0)));
  return new Sigil({
    services: [conformanceService(protocol)],
    maxReceiveBytes: Number(MAX_RECEIVE_BYTES) || undefined,
  });
}

export default {
  fetch: (request: Request, bindings: Bindings): Promise<Response> => (app ??= made(bindings)).fetch(request),
};
