// An app by its shape alone, of one file, without decorators.
import { AnySchema, EmptySchema } from "@bufbuild/protobuf/wkt";

/** What a module of generated code has in place of an app. */
export const app = { schema: { files: [EmptySchema.file, AnySchema.file] } };
