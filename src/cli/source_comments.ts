// JSDoc as comments of descriptors: what stands before a class, a property, a method or a value of an enum in the source becomes
// the comment of its element, where `doc` has not said one.
import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
  type ServiceDescriptorProto,
  type SourceCodeInfo_Location,
  SourceCodeInfo_LocationSchema,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import { dedent } from "../proto/comment.ts";
import type { DeclaredType } from "./declared.ts";
import type { LoadedApp } from "./load_app.ts";
import type { SourceIndex } from "./source_index.ts";

/** Adds comments to the descriptors of an app, which nobody else reads any more. */
export function addSourceComments(app: LoadedApp, source: SourceIndex): void {
  for (const file of app.files) {
    const locations = new Commenter(file.proto, app.declared, source).comment();
    if (locations.length === 0) continue;
    file.proto.sourceCodeInfo ??= create(SourceCodeInfoSchema);
    file.proto.sourceCodeInfo.location.push(...locations);
  }
}

// Field numbers in descriptor.proto, which make the paths of comments.
const path = {
  messageType: 4,
  enumType: 5,
  service: 6,
  field: 2,
  nestedType: 3,
  nestedEnum: 4,
  oneof: 8,
  value: 2,
  method: 2,
};

class Commenter {
  readonly #file: FileDescriptorProto;
  readonly #declared: ReadonlyMap<string, DeclaredType>;
  readonly #source: SourceIndex;
  readonly #commented: Set<string>;
  readonly #locations: SourceCodeInfo_Location[] = [];

  constructor(file: FileDescriptorProto, declared: ReadonlyMap<string, DeclaredType>, source: SourceIndex) {
    this.#file = file;
    this.#declared = declared;
    this.#source = source;
    const said = (file.sourceCodeInfo?.location ?? []).filter(({ leadingComments }) => leadingComments !== "");
    this.#commented = new Set(said.map((location) => location.path.join(".")));
  }

  comment(): SourceCodeInfo_Location[] {
    const scope = this.#file.package === "" ? "" : `${this.#file.package}.`;
    this.#file.messageType.forEach((message, i) => this.#message(message, scope, [path.messageType, i]));
    this.#file.enumType.forEach((enumeration, i) => this.#enum(enumeration, scope, [path.enumType, i]));
    this.#file.service.forEach((service, i) => this.#service(service, scope, [path.service, i]));
    return this.#locations;
  }

  #message(message: DescriptorProto, scope: string, at: readonly number[]): void {
    const typeName = scope + message.name;
    message.nestedType.forEach((nested, i) => this.#message(nested, `${typeName}.`, [...at, path.nestedType, i]));
    message.enumType.forEach((nested, i) => this.#enum(nested, `${typeName}.`, [...at, path.nestedEnum, i]));
    const members = this.#type(typeName, at);
    message.field.forEach(({ number, oneofIndex, proto3Optional }, i) => {
      const member = members?.get(number);
      this.#member(typeName, member, [...at, path.field, i]);
      const [oneof, ...inside] = member?.split(".") ?? [];
      if (oneofIndex === undefined || proto3Optional || inside.length === 0) return;
      this.#member(typeName, oneof, [...at, path.oneof, oneofIndex]);
    });
  }

  #enum(enumeration: EnumDescriptorProto, scope: string, at: readonly number[]): void {
    const typeName = scope + enumeration.name;
    const members = this.#type(typeName, at);
    enumeration.value.forEach(({ number }, i) => this.#member(typeName, members?.get(number), [...at, path.value, i]));
  }

  #service(service: ServiceDescriptorProto, scope: string, at: readonly number[]): void {
    const typeName = scope + service.name;
    const members = this.#type(typeName, at);
    service.method.forEach(({ name }, i) => this.#member(typeName, members?.get(name), [...at, path.method, i]));
  }

  #type(typeName: string, at: readonly number[]): DeclaredType["members"] | undefined {
    const type = this.#declared.get(typeName);
    if (type) this.#add(this.#source.type(typeName)?.doc, at);
    return type?.members;
  }

  #member(typeName: string, member: string | undefined, at: readonly number[]): void {
    if (member !== undefined) this.#add(this.#source.member(typeName, member)?.doc, at);
  }

  #add(doc: string | undefined, at: readonly number[]): void {
    const key = at.join(".");
    const text = doc === undefined ? "" : commentOf(doc);
    if (text === "" || this.#commented.has(key)) return;
    // The cases of a oneof have one comment of it between them.
    this.#commented.add(key);
    const leadingComments = text.split("\n").map((line) => ` ${line}\n`).join("");
    this.#locations.push(create(SourceCodeInfo_LocationSchema, { path: [...at], span: [0, 0, 0], leadingComments }));
  }
}

/** The text of a JSDoc comment, up to its first tag, with names in place of links. */
export function commentOf(jsdoc: string): string {
  const lines = jsdoc.replace(/^\/\*\*/, "").replace(/\*\/$/, "").split(/\r?\n/).map((line, i) =>
    i === 0 ? line : line.replace(/^\s*\* ?/, "")
  );
  const tag = lines.findIndex((line) => /^\s*@\w/.test(line));
  const text = dedent(
    (tag < 0 ? lines : lines.slice(0, tag)).map((line, i) => i === 0 ? line.trimStart() : line).join("\n"),
  );
  return text.join("\n").replaceAll("*\\/", "*/").replace(/\{@link(?:code|plain)? +([^}|\s]+)[^}]*\}/g, "$1");
}
