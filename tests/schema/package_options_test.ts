// Options of files: set for a package, or for all packages of an app by a function; and services of decorated classes in declared files.
// Runs on: node (buf is started)
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRegistry } from "@bufbuild/protobuf";
import { FeatureSet_Utf8Validation } from "@bufbuild/protobuf/wkt";
import {
  createSchema,
  Field,
  field,
  Message,
  message,
  protoFile,
  protoOf,
  Service,
  service,
  Sigil,
  Unary,
  unary,
} from "../../mod.ts";
import { protoFiles } from "../../src/proto/export.ts";
import { differenceOfProtos } from "../corpus/law.ts";
import { compile } from "../proto/compile.ts";

@Message("one.v1.Note")
class Note {
  @Field(1)
  text = "";
}

@Service("one.v1.Notes")
class Notes {
  @Unary(Note, Note)
  keep(note: Note): Note {
    return note;
  }
}

const Other = message("two.v1.Other", { text: field(1, "string") });
const Others = service("two.v1.Others", { keep: unary(Other, () => Note) });

const ofPackage = {
  javaPackage: "com.example.one.v1",
  javaMultipleFiles: true,
  goPackage: "example.com/gen/one/v1;onev1",
  csharpNamespace: "Example.One.V1",
  objcClassPrefix: "EXO",
};

test("options of a package are printed in its file, and compile to its descriptor", () => {
  const app = new Sigil({ services: [Notes], packages: { "one.v1": ofPackage } });
  const [[path, text] = []] = protoOf(app);
  assert.equal(path, "one/v1/one.proto");
  assert.match(
    text ?? "",
    /package one\.v1;\n\noption csharp_namespace = "Example\.One\.V1";\noption go_package = "example\.com\/gen\/one\/v1;onev1";\noption java_multiple_files = true;\noption java_package = "com\.example\.one\.v1";\noption objc_class_prefix = "EXO";\n\nservice Notes/,
  );
  const own = app.schema.files.find(({ proto }) => proto.name === path);
  const compiled = compile(protoOf(app)).getFile("one/v1/one.proto");
  assert.ok(own && compiled);
  assert.equal(differenceOfProtos(own.proto, compiled.proto, createRegistry()), undefined);
});

test("a function gives all packages theirs", () => {
  const { files } = createSchema({
    contracts: [Others],
    packages: (name) => ({ goPackage: `example.com/gen/${name.replaceAll(".", "/")}` }),
  });
  const texts = protoFiles(files);
  assert.match(texts.get("one/v1/one.proto") ?? "", /^option go_package = "example\.com\/gen\/one\/v1";$/m);
  assert.match(texts.get("two/v1/two.proto") ?? "", /^option go_package = "example\.com\/gen\/two\/v1";$/m);
});

test("features of a package make its file one of edition 2023", () => {
  const { files } = createSchema({
    contracts: [Others],
    packages: { "two.v1": { features: { utf8Validation: FeatureSet_Utf8Validation.NONE } } },
  });
  const texts = protoFiles(files);
  assert.match(texts.get("two/v1/two.proto") ?? "", /^edition = "2023";[^]*option features\.utf8_validation = NONE;/);
  assert.match(texts.get("one/v1/one.proto") ?? "", /^syntax = "proto3";/);
});

test("a package that no file is made for is a mistake", () => {
  assert.throws(
    () => new Sigil({ services: [Notes], packages: { "one.v2": ofPackage } }),
    /packages: no file is made for "one\.v2": there are "one\.v1"\. A file made by protoFile takes its options there\./,
  );
});

test("a declared file has services of decorated classes", () => {
  @Message("three.v1.Note")
  class Third {
    @Field(1)
    text = "";
  }
  @Service("three.v1.Thirds")
  class Thirds {
    @Unary(Third, Third)
    keep(note: Third): Third {
      return note;
    }
  }
  protoFile("third.proto", {
    package: "three.v1",
    messages: [Third],
    services: [Thirds],
    options: { goPackage: "example.com/third" },
  });
  const texts = protoOf(new Sigil({ services: [Thirds] }));
  assert.deepEqual([...texts.keys()], ["third.proto"]);
  assert.match(texts.get("third.proto") ?? "", /option go_package = "example\.com\/third";\n\nservice Thirds \{/);
});

test("a class that is no service is a mistake of the file that lists it", () => {
  class Plain {}
  const file = protoFile("plain.proto", { package: "plain", services: [Plain] });
  assert.throws(
    () => createSchema({ files: [file] }),
    /plain\.proto: class Plain declares no service\. Decorate it with @Service\("package\.Name"\)\./,
  );
});
