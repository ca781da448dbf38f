// The limits of an app, its services and methods, checked, in the form in which protocols serve by them.
import type { ServedLimits } from "../protocol/protocol.ts";
import { defaultCompressMinBytes } from "../rpc/compression.ts";
import { type CallLimits, highestLimits } from "../rpc/limits.ts";
import { describe } from "../schema/resolve.ts";
import type { ServiceDraft } from "./service_draft.ts";
import type { StartupFaults } from "./startup_error.ts";

/** What holds where nobody says otherwise: for received messages gRPC's own four mebibytes. */
const defaults: ServedLimits = {
  readMaxBytes: 4 * 1024 * 1024,
  writeMaxBytes: highestLimits.maxSendBytes,
  maxTimeoutMs: highestLimits.maxTimeoutMs,
  defaultTimeoutMs: undefined,
  maxStreamMessages: highestLimits.maxStreamMessages,
  compressMinBytes: defaultCompressMinBytes,
};

const names = Object.keys(highestLimits) as (keyof CallLimits)[];

/** The limits of an app. Those that are out of their range are noted as faults. */
export function appLimits(limits: CallLimits, faults: StartupFaults): ServedLimits {
  return { ...defaults, ...checked(limits, "", faults) };
}

/** The limits of a service's methods, by their properties, as far as they differ from the app's. */
export function serviceLimits(
  { contract, limits = {} }: ServiceDraft,
  faults: StartupFaults,
): (property: string) => Partial<ServedLimits> {
  const place = contract.typeName;
  if ("kind" in contract) {
    const own = checked(limits, place, faults);
    return () => own;
  }
  const own = { ...checked(contract.options ?? {}, place, faults), ...checked(limits, place, faults) };
  const byProperty = new Map<string, Partial<ServedLimits>>();
  for (const [property, method] of Object.entries(contract.methods)) {
    // What is no method is found, and told, by the schema.
    byProperty.set(property, { ...own, ...checked(method?.options ?? {}, `${place}.${property}`, faults) });
  }
  return (property) => byProperty.get(property) ?? own;
}

function checked(limits: CallLimits, place: string, faults: StartupFaults): Partial<ServedLimits> {
  const served: { -readonly [name in keyof ServedLimits]?: number } = {};
  for (const name of names) {
    const value = limits[name];
    if (value === undefined) continue;
    const max = highestLimits[name];
    if (Number.isSafeInteger(value) && value >= 1 && value <= max) served[servedName(name)] = value;
    else {
      const where = place === "" ? "" : `${place}: `;
      const text = `${where}${name} is ${describe(value)}: give a whole number from 1 to ${max}, or leave it out.`;
      faults.add([new RangeError(text)]);
    }
  }
  return served;
}

function servedName(name: keyof CallLimits): keyof ServedLimits {
  if (name === "maxReceiveBytes") return "readMaxBytes";
  return name === "maxSendBytes" ? "writeMaxBytes" : name;
}
