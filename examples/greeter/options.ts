// The command line of the greeter, and the certificate that it serves with.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export const usage = `usage: npm start -- [--host HOST] [--port PORT] [--tls [--cert FILE --key FILE [--ca FILE]]]

  --host HOST   name or address to listen on; default 127.0.0.1
  --port PORT   port to listen on, 0 for any; default 50051
  --tls         serve TLS, with the certificate for localhost in examples/greeter/tls unless --cert and --key are given
  --cert FILE   certificate and chain in PEM form
  --key FILE    its private key in PEM form
  --ca FILE     the authority that the greeter's own calls trust; default: that of the runtime`;

/** PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** The authority that signed it, where the runtime does not know it. */
  readonly ca?: string;
  readonly caFile?: string;
}

export interface Options {
  readonly host: string;
  readonly port: number;
  readonly tls?: Certificate;
}

/** Says which file can't be read, and why. */
export class UnreadableFile extends Error {}

/** @throws UnreadableFile; any other Error, in one line, for arguments that make no sense. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "50051" },
      tls: { type: "boolean", default: false },
      cert: { type: "string" },
      key: { type: "string" },
      ca: { type: "string" },
    },
  });
  const { host, tls, cert, key, ca } = values;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is no port`);
  if ((cert === undefined) !== (key === undefined)) throw new Error("--cert and --key go together");
  if (!tls && cert === undefined) return { host, port };
  if (cert === undefined || key === undefined) return { host, port, tls: localhostCertificate() };
  const authority = ca === undefined ? {} : { ca: read(ca), caFile: ca };
  return { host, port, tls: { cert: read(cert), key: read(key), ...authority } };
}

/** The certificate in tls/: for localhost, signed by an authority that nobody else trusts. Not for production. */
function localhostCertificate(): Certificate {
  const path = (name: string) => new URL(`tls/${name}`, import.meta.url);
  return {
    cert: read(path("cert.pem")),
    key: read(path("key.pem")),
    ca: read(path("ca.pem")),
    caFile: "examples/greeter/tls/ca.pem",
  };
}

/** The text of a file. */
export function read(path: string | URL): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UnreadableFile(`Cannot read ${path}: ${(error as Error).message}`);
  }
}
