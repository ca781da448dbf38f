// The schema of a server that runs: from the page that Sigil serves (`GET /schema`), or by gRPC's reflection, which servers in
// other languages have. Both are asked in bounds: what a server sends is kept up to a size, for so long.
import { create, type DescFile, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { grpcTransport } from "../grpc_transport.ts";
import { createClientOver } from "../client/client.ts";
import { reflectionService, type ReflectionVersion } from "../services/reflection_descriptor.ts";
import { readDescriptorSet } from "./descriptor_set.ts";
import { CommandFailure, describeError } from "./failure.ts";

const timeoutMs = 10_000;

/** The largest schema that is read, in bytes. */
const maxBytes = 64 * 2 ** 20;

/** Questions that are asked of a server before it is given up. */
const maxQuestions = 10_000;

/**
 * The files that a server serves, each after those that it imports.
 *
 * @param url of the server, or of a page that gives a FileDescriptorSet.
 * @throws CommandFailure where the server can't be reached, and where it tells its schema in neither way.
 */
export async function readServer(url: string): Promise<readonly DescFile[]> {
  const page = await readPage(url);
  if (typeof page !== "string") return readDescriptorSet(page, url);
  try {
    for (const version of ["v1", "v1alpha"] as const) {
      const set = await reflect(url, version);
      if (set) return readDescriptorSet(set, url);
    }
  } catch (error) {
    throw new CommandFailure(`${url}: GET of its schema gave ${page}, and reflection failed: ${describeError(error)}`);
  }
  throw new CommandFailure(
    `${url}: GET of its schema gave ${page}, and it has no reflection. Serve it with \`reflection: true\`.`,
  );
}

/** The bytes of the page, or why there is none. */
async function readPage(url: string): Promise<Uint8Array | string> {
  const page = new URL(url);
  if (page.pathname === "/") page.pathname = "/schema";
  try {
    const response = await fetch(page, { signal: AbortSignal.timeout(timeoutMs) });
    const body = await readBody(response);
    return response.ok ? body : `status ${response.status}`;
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    return `no answer (${describeError(cause ?? error)})`;
  }
}

async function readBody({ body }: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    parts.push(part);
    length += part.length;
    if (length > maxBytes) throw new Error(`its schema has more than ${maxBytes} bytes`);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** What is used of a response of reflection. */
interface Answer extends Message {
  readonly messageResponse?: { readonly case?: string; readonly value?: unknown };
}

type Ask = (question: { readonly case: string; readonly value: string }) => Promise<Answer["messageResponse"]>;

/** A FileDescriptorSet by reflection; undefined where the server has no such version of it. */
async function reflect(url: string, version: ReflectionVersion): Promise<Uint8Array | undefined> {
  await using transport = grpcTransport(url);
  const service = reflectionService(version);
  const client = createClientOver(service, transport, {}) as unknown as {
    serverReflectionInfo(requests: AsyncIterable<object>, options: object): AsyncIterable<Answer>;
  };
  let questions = 0;
  // A stream a question: some servers answer a stream no more once one of its questions was answered with an error.
  const ask: Ask = async (question) => {
    if (++questions > maxQuestions) throw new Error(`its schema takes more than ${maxQuestions} questions`);
    const answers = client.serverReflectionInfo(once({ messageRequest: question }), { timeoutMs });
    for await (const { messageResponse } of answers) return messageResponse;
    return undefined;
  };
  try {
    return await readFiles(ask);
  } catch (error) {
    if (error instanceof ConnectError && error.code === Code.Unimplemented) return undefined;
    throw error;
  }
}

async function readFiles(ask: Ask): Promise<Uint8Array> {
  const files = new Map<string, FileDescriptorProto>();
  let bytes = 0;
  const add = async (question: Parameters<Ask>[0]): Promise<void> => {
    const answer = await ask(question);
    if (answer?.case !== "fileDescriptorResponse") throw new Error(`it knows no ${question.value}`);
    for (const encoded of (answer.value as { fileDescriptorProto: Uint8Array[] }).fileDescriptorProto) {
      bytes += encoded.length;
      if (bytes > maxBytes) throw new Error(`its schema has more than ${maxBytes} bytes`);
      const file = fromBinary(FileDescriptorProtoSchema, encoded);
      files.set(file.name, file);
    }
  };
  const services = await ask({ case: "listServices", value: "" });
  if (services?.case !== "listServicesResponse") throw new Error("it does not list its services");
  for (const { name } of (services.value as { service: { name: string }[] }).service) {
    await add({ case: "fileContainingSymbol", value: name });
  }
  const sorted = new Map<string, FileDescriptorProto>();
  const visit = async (name: string): Promise<void> => {
    if (sorted.has(name)) return;
    if (!files.has(name)) await add({ case: "fileByFilename", value: name });
    const file = files.get(name);
    if (!file) throw new Error(`it knows no ${name}`);
    for (const imported of [...file.dependency, ...file.optionDependency]) await visit(imported);
    sorted.set(name, file);
  };
  for (const name of [...files.keys()]) await visit(name);
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...sorted.values()] }));
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
