// Files, extensions and options: what must compile and what must not.
import { FieldOptions_CType, FieldOptionsSchema, MethodOptionsSchema } from "@bufbuild/protobuf/wkt";
import {
  Enum,
  extension,
  field,
  getExtension,
  message,
  option,
  optional,
  protoFile,
  setExtension,
  Sigil,
} from "../../mod.ts";

const Rule = message("types.Rule", { text: field(1, "string"), at: field(2, Date) });
const Level = Enum("types.Level", { LOW: 0, HIGH: 1 } as const);

const owner = extension("types.owner", { extends: FieldOptionsSchema, number: 50_001, type: "string" });
const rule = extension("types.rule", { extends: MethodOptionsSchema, number: 50_002, type: () => Rule });
const levels = extension("types.levels", { extends: FieldOptionsSchema, number: 50_003, type: Level, repeated: true });

option(owner, "me");
option(rule, { text: "t" });
option(rule, { at: new Date() });
option(levels, [Level.LOW, Level.HIGH]);
option(() => owner, "me");
// @ts-expect-error: an owner is a string
option(owner, 5);
// @ts-expect-error: a rule has no such field
option(rule, { name: "t" });
// @ts-expect-error: a repeated option takes a list
option(levels, Level.LOW);

optional(1, "string", { options: { ctype: FieldOptions_CType.CORD }, default: "x", custom: [option(owner, "me")] });
// @ts-expect-error: descriptor.proto knows no such option
optional(1, "string", { options: { colour: "red" } });
// @ts-expect-error: a field is required or it is not
optional(1, "string", { required: "yes" });

const file = protoFile("types.proto", { edition: "2023", messages: [Rule], enums: [Level], extensions: [owner, rule] });
protoFile("other.proto", { imports: [file, { public: file }] });
// @ts-expect-error: there is no such edition
protoFile("other.proto", { edition: "2019" });
// @ts-expect-error: an import is a file
protoFile("other.proto", { imports: ["types.proto"] });

new Sigil({ packages: { "types.v1": { goPackage: "example.com/types" } } });
new Sigil({ packages: (name) => ({ javaPackage: `com.example.${name}` }) });
// @ts-expect-error: descriptor.proto knows no such option
new Sigil({ packages: { "types.v1": { package: "com.example" } } });
// @ts-expect-error: the package of Go is a string
new Sigil({ packages: () => ({ goPackage: 5 }) });

Enum("types.Closed", { RED: 1 } as const, { closed: true });
// @ts-expect-error: an enum is closed or it is not
Enum("types.Closed", { RED: 1 } as const, { closed: "yes" });
// @ts-expect-error: a field is no enum
field(1, "string", { closed: true });

declare const extended: object;
const text: string | undefined = getExtension(extended, owner);
const ruleText: string | undefined = getExtension(extended, rule)?.text;
const numbers: number[] | undefined = getExtension(extended, levels);
setExtension(extended, rule, { text });
// @ts-expect-error: an owner is a string
const wrong: number | undefined = getExtension(extended, owner);
// @ts-expect-error: a repeated extension takes a list
setExtension(extended, levels, Level.LOW);
export { numbers, ruleText, wrong };
