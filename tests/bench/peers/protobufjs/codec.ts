// The protobufjs subject of `codec`: types by reflection, whose readers and writers it generates as code when they are first
// used; its static code has the same bodies. Its JSON is an object's, so only the binary format is measured.
import protobuf from "protobufjs";
import { createSchema, protoOf } from "../../../../mod.ts";
import { MessageCodecs } from "../../../../src/codec/message_codec.ts";
import { MESSAGES } from "../../codec/messages.ts";
import { measureCodec, type MessageOperations } from "../../codec/operation.ts";

const schema = createSchema({ messages: Object.values(MESSAGES).map((one) => one.messageClass) });
const codecs = new MessageCodecs(schema);
const root = new protobuf.Root();
for (const text of protoOf({ schema }).values()) {
  protobuf.parse(text, root);
}
root.resolveAll();

await measureCodec((name): MessageOperations => {
  const { messageClass, value } = MESSAGES[name];
  const desc = schema.message(messageClass);
  const bytes = codecs.codec(desc).toBinary(value).slice();
  const type = root.lookupType(desc.typeName);
  const message = type.decode(bytes);
  return { decode: () => type.decode(bytes), encode: () => type.encode(message).finish() };
});
