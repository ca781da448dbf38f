// Turns what a host throws when it cannot listen into one line that names the address and says what to do. Also checks
// the options of listen() that every host checks alike.
import { ListenError, type ListenOptions, type ServerTlsOptions } from "../transport/server_transport.ts";

/** The address of {@link ListenOptions} with its defaults filled in. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Path of a unix socket, where one was asked for. */
  readonly path: string | undefined;
  /** `host:port` or `unix:path`, for messages. */
  readonly text: string;
}

/**
 * The address to listen on.
 * @throws ListenError on a port that is not an integer from 0 to 65535, or an empty path.
 */
export function listenAddress(options: ListenOptions): ListenAddress {
  const host = options.host ?? "0.0.0.0";
  const port = options.port ?? 50051;
  if (options.path !== undefined) {
    if (options.path === "") {
      throw new ListenError("Cannot listen on an empty socket path: give the path of a file to make.");
    }
    return { host, port: 0, path: options.path, text: `unix:${options.path}` };
  }
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ListenError(
      `Cannot listen on port ${String(port)}: a port is an integer from 0 to 65535 (0: any free one).`,
    );
  }
  return { host, port, path: undefined, text: hostPort(host, port) };
}

/**
 * Checks that TLS options hold PEM blocks, before a runtime reports what it makes of anything else.
 * @throws ListenError naming the option.
 */
export function checkTls(tls: ServerTlsOptions): void {
  checkPem("key", tls.key, "PRIVATE KEY");
  checkPem("cert", tls.cert, "CERTIFICATE");
  if (tls.ca !== undefined) checkPem("ca", tls.ca, "CERTIFICATE");
}

/** A ListenError for whatever a host threw while binding `address`. */
export function listenError(error: unknown, address: ListenAddress): ListenError {
  if (error instanceof ListenError) return error;
  return new ListenError(`Cannot listen on ${address.text}: ${causeOf(error, address)}`, { cause: error });
}

/** `host:port`, with an IPv6 address in brackets. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function causeOf(error: unknown, address: ListenAddress): string {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  const what = `${String(code ?? "")} ${String(name ?? "")}`;
  const place = address.path === undefined ? "port" : "socket path";
  if (/EADDRINUSE|AddrInUse/.test(what)) {
    return `the ${place} is in use. Stop the other process or choose another ${place}` +
      (address.path === undefined ? " (port 0 takes any free one)." : ".");
  }
  if (/EACCES|EPERM|PermissionDenied|NotCapable/.test(what)) {
    return address.path === undefined
      ? `no permission to bind it. Choose a port above 1023, or grant the process the right to bind this one.`
      : `no permission to make it. Choose a path in a directory that this process may write to.`;
  }
  if (/EADDRNOTAVAIL|AddrNotAvailable/.test(what)) {
    return `no network interface of this machine has this address. Use 0.0.0.0, 127.0.0.1 or an address of this machine.`;
  }
  if (/ENOTFOUND|EAI_AGAIN|EAI_NONAME|lookup address/.test(`${what} ${String(message)}`)) {
    return `the host name cannot be resolved. Use an address of this machine.`;
  }
  if (/ENOENT|NotFound/.test(what)) return `the directory does not exist. Make it first, or choose another path.`;
  return oneLine(String(message ?? error));
}

/** A ListenError for a key and certificate that the TLS library refused. */
export function tlsError(error: unknown, address: ListenAddress): ListenError {
  if (error instanceof ListenError) return error;
  const message = oneLine(String((error as { message?: unknown }).message ?? error));
  return new ListenError(
    `Cannot listen on ${address.text}: tls.key, tls.cert or tls.ca was refused (${message}). ` +
      "Check that the key is unencrypted PEM and belongs to the first certificate of tls.cert.",
    { cause: error },
  );
}

function checkPem(option: string, value: string | Uint8Array | undefined, label: string): void {
  const text = typeof value === "string" ? value : value instanceof Uint8Array ? new TextDecoder().decode(value) : "";
  if (text.includes("-----BEGIN ") && text.includes(`${label}-----`)) return;
  let found = "it has no such block";
  if (text.trim() === "") found = "it is missing or empty";
  else if (typeof value === "string" && text.length < 1024 && !text.includes("\n")) {
    found = `it is ${JSON.stringify(text)}, which looks like a file name: read the file and pass its contents`;
  }
  throw new ListenError(`Cannot listen: tls.${option} must hold a PEM block "-----BEGIN ${label}-----", but ${found}.`);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
