// A schema: the descriptors of a set of services and messages, and the way from the user's classes to them. Made when an
// app, a client or an export asks; a value that its maker owns.
import type { DescFile, DescMessage, DescService, Registry } from "@bufbuild/protobuf";
import { messageAnnotation, type ServiceAnnotation } from "./annotation.ts";
import { check } from "./check.ts";
import { type FieldType, isClass, isDescMessage, type MessageClass, unwrapThunk } from "./field_type.ts";
import { draftFiles, type FileDraft } from "./file.ts";
import { FilePlans } from "./file_plan.ts";
import { declaredIn, LazyRegistry } from "./lazy_registry.ts";
import { type DescType, linkFile } from "./link.ts";
import { Mistakes, SchemaError } from "./mistake.ts";
import { resolve, type ResolvedMessage, type ResolvedSchema } from "./resolve.ts";
import type { PackageOptions, ProtoFile } from "./proto_file.ts";

/** What a schema begins with: contracts and message classes; all that they reach belongs to it too. */
export interface SchemaRoots {
  readonly contracts?: readonly (ServiceAnnotation | DescService)[];
  readonly messages?: readonly (MessageClass | DescMessage)[];
  /** Files that are declared as such, with all that they declare. */
  readonly files?: readonly ProtoFile[];
  /** Options of the files of packages, by package; files that are declared as such have their own. Default: none. */
  readonly packages?: PackageOptions;
}

/** The descriptors of a set of services and messages. */
export class Schema {
  /** All files, each after those that it imports; well-known types and files of generated code among them. */
  readonly files: readonly DescFile[];
  /** Finds messages, enums, services and extensions by their full names. */
  readonly registry: Registry;
  /** What its files declare, by full name. */
  readonly #types: ReadonlyMap<string, DescType>;
  /** What the files were made of: the user's classes, enums, contracts and extensions. */
  readonly origin: ResolvedSchema;
  readonly #messages: ReadonlyMap<string, ResolvedMessage>;

  constructor(
    files: readonly DescFile[],
    types: ReadonlyMap<string, DescType>,
    origin: ResolvedSchema,
  ) {
    this.files = files;
    this.registry = new LazyRegistry(files);
    this.#types = types;
    this.origin = origin;
    this.#messages = new Map(origin.messages.map((message) => [message.typeName, message]));
  }

  /**
   * The descriptor of a message class of this schema, or of whatever else names a message.
   * @throws SchemaError where the schema does not hold it.
   */
  message(type: MessageClass | DescMessage | FieldType): DescMessage {
    const named = unwrapThunk(type);
    if (isDescMessage(named)) return named;
    const typeName = isClass(named) ? messageAnnotation(named)?.typeName : undefined;
    const desc = typeName === undefined ? undefined : this.#types.get(typeName);
    if (desc?.kind !== "message") {
      throw new SchemaError([
        `${isClass(named) ? named.name : String(named)}: it is no message of this schema. Decorate it with @Message.`,
      ]);
    }
    return desc;
  }

  /**
   * The descriptor of a service of this schema.
   * @throws SchemaError where the schema does not hold it.
   */
  service(contract: ServiceAnnotation | DescService): DescService {
    if ("kind" in contract) return contract;
    const desc = this.#types.get(contract.typeName);
    if (desc?.kind !== "service") throw new SchemaError([`${contract.typeName}: it is no service of this schema.`]);
    return desc;
  }

  /** What is known of the class behind a descriptor; undefined for messages of generated code, which have none. */
  resolved(desc: DescMessage): ResolvedMessage | undefined {
    return this.#messages.get(desc.typeName);
  }
}

/**
 * Makes the descriptors of services and messages, and of all that they reach. Apps and clients do so on their own; this is for
 * protobuf-es's functions, which take descriptors.
 *
 * @param mistakes what the caller has found already, to be reported together with what is found here.
 * @throws SchemaError with every mistake that was found.
 *
 * @example
 * ```ts
 * const schema = createSchema({ messages: [Order] });
 * const desc = schema.message(Order);
 * const json = toJson(desc, fromBinary(desc, bytes), { registry: schema.registry });
 * ```
 */
export function createSchema(roots: SchemaRoots, mistakes: Mistakes = new Mistakes()): Schema {
  const resolved = resolve(roots.contracts ?? [], roots.messages ?? [], mistakes, roots.files);
  const plans = new FilePlans(resolved, roots.packages);
  check(resolved, plans, mistakes, roots.packages);
  mistakes.throwIfAny();
  const files = new Map<string, DescFile>();
  const types = new Map<string, DescType>();
  for (const desc of resolved.foreign) addForeign(desc.file, files, types);
  const drafts = new Map(draftFiles(plans).map((draft) => [draft.proto.name, draft]));
  for (const [name, draft] of drafts) {
    if (files.has(name)) {
      throw new SchemaError([
        `package ${draft.proto.package}: its file ${name} has the name of a file of generated code. Use another package.`,
      ]);
    }
  }
  for (const draft of drafts.values()) addDraft(draft, drafts, files, types);
  setCustomOptions([...drafts.values()], files, resolved.messages, mistakes);
  return new Schema([...files.values()], types, resolved);
}

function addForeign(file: DescFile, files: Map<string, DescFile>, types: Map<string, DescType>): void {
  if (files.has(file.proto.name)) return;
  for (const dependency of file.dependencies) addForeign(dependency, files, types);
  files.set(file.proto.name, file);
  for (const desc of declaredIn(file)) types.set(desc.typeName, desc);
}

// check() has refused circles, so each draft can follow its imports.
function addDraft(
  draft: FileDraft,
  drafts: ReadonlyMap<string, FileDraft>,
  files: Map<string, DescFile>,
  types: Map<string, DescType>,
): void {
  const { proto } = draft;
  if (files.has(proto.name)) return;
  for (const file of draft.foreign) addForeign(file, files, types);
  for (const name of [...proto.dependency, ...proto.optionDependency]) {
    const own = drafts.get(name);
    if (own) addDraft(own, drafts, files, types);
  }
  files.set(proto.name, linkFile(proto, files, types));
}

// Custom options are values of extensions, which only linked files have.
function setCustomOptions(
  drafts: readonly FileDraft[],
  files: ReadonlyMap<string, DescFile>,
  messages: readonly ResolvedMessage[],
  mistakes: Mistakes,
): void {
  if (drafts.every(({ custom }) => custom.length === 0)) return;
  const registry = new LazyRegistry([...files.values()]);
  const byName = new Map(messages.map((message) => [message.typeName, message]));
  const scope = {
    extension: (typeName: string) => registry.getExtension(typeName),
    message: (typeName: string) => byName.get(typeName),
  };
  for (const { proto, custom } of drafts) {
    for (const [options, set] of custom) {
      for (const option of set) {
        try {
          option.set(options, scope);
        } catch (error) {
          const name = option.extension?.typeName ?? "an unknown one";
          mistakes.add(proto.name, `its custom option ${name}: ${(error as Error).message}.`);
        }
      }
    }
  }
  mistakes.throwIfAny();
}
