// gRPC's server reflection: tools ask a server what it serves, and need no .proto file. One implementation for both versions.
// https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
import type { DescFile, DescService } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { resourceExhausted } from "../rpc/error.ts";
import type { Schema } from "../schema/schema.ts";
import { implement, type ServiceBinding } from "../server/service_draft.ts";
import { Declared } from "./declared.ts";
import { reflectionService, type ReflectionVersion } from "./reflection_descriptor.ts";

/** The longest question that is read, in bytes: names are short. */
const MAX_QUESTION_BYTES = 65_536;

/** Files that one stream may ask for. Beyond: `resource_exhausted`; another stream may go on. */
const MAX_FILES = 100;

const VERSIONS: readonly ReflectionVersion[] = ["v1", "v1alpha"];

type Question =
  | { readonly case: "fileByFilename" | "fileContainingSymbol" | "allExtensionNumbersOfType"; readonly value: string }
  | { readonly case: "listServices"; readonly value: string }
  | {
    readonly case: "fileContainingExtension";
    readonly value: { readonly containingType: string; readonly extensionNumber: number };
  }
  | { readonly case: undefined; readonly value?: undefined };

interface Request {
  readonly host: string;
  readonly messageRequest: Question;
}

interface Answer {
  readonly case: string;
  readonly value: object;
}

/**
 * The services `grpc.reflection.v1.ServerReflection` and `v1alpha`, to mount.
 * @param schema what the app serves, once it is known
 */
export function reflectionBindings(schema: () => Schema): ServiceBinding[] {
  let declared: Declared | undefined;
  const answers = async function* (requests: AsyncIterable<Request>): AsyncGenerator<object, void> {
    declared ??= new Declared(schema().files);
    // A client keeps what it was told on a stream, so that imports are told once.
    const told = new Set<DescFile>();
    let files = 0;
    for await (const request of requests) {
      const { messageRequest } = request;
      if (messageRequest.case?.startsWith("file") && ++files > MAX_FILES) {
        resourceExhausted(`a stream may ask for ${MAX_FILES} files. Open another one.`);
      }
      const messageResponse = answer(messageRequest, declared, told);
      yield { validHost: request.host, originalRequest: request, messageResponse };
    }
  };
  return VERSIONS.map((version) =>
    implement<DescService>(reflectionService(version), { serverReflectionInfo: answers } as never, {
      maxReceiveBytes: MAX_QUESTION_BYTES,
    })
  );
}

function answer(question: Question, declared: Declared, told: Set<DescFile>): Answer {
  const fileAnswer = (file: DescFile | undefined, what: string): Answer => {
    if (file === undefined) return failed(Code.NotFound, `there is no ${what} here`);
    return { case: "fileDescriptorResponse", value: { fileDescriptorProto: declared.closure(file, told) } };
  };
  switch (question.case) {
    case "fileByFilename":
      return fileAnswer(declared.file(question.value), `file "${question.value}"`);
    case "fileContainingSymbol":
      // Some clients name a symbol from the root, with a dot in front.
      return fileAnswer(declared.fileOf(question.value.replace(/^\./, "")), `symbol "${question.value}"`);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = question.value;
      const file = declared.fileOfExtension(containingType, extensionNumber);
      return fileAnswer(file, `extension ${extensionNumber} of "${containingType}"`);
    }
    case "allExtensionNumbersOfType": {
      const extensionNumber = declared.extensionNumbers(question.value);
      if (extensionNumber === undefined) return failed(Code.NotFound, `there is no message "${question.value}" here`);
      const value = { baseTypeName: question.value, extensionNumber };
      return { case: "allExtensionNumbersResponse", value };
    }
    case "listServices":
      return { case: "listServicesResponse", value: { service: declared.serviceNames.map((name) => ({ name })) } };
    default:
      return failed(Code.InvalidArgument, "the request asks for nothing");
  }
}

function failed(errorCode: Code, errorMessage: string): Answer {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}
