// The sigil subject of `codec`: its codec between bytes or JSON and the user's classes, as calls use it.
import process from "node:process";
import { createSchema } from "../../../../mod.ts";
import { MessageCodecs } from "../../../../src/codec/message_codec.ts";
import { MESSAGES } from "../../codec/messages.ts";
import { measureFirstUse } from "../../codec/first_use.ts";
import { measureCodec, type MessageOperations } from "../../codec/operation.ts";

/** The bytes of an envelope's head, for which calls have room in front of a message. */
const ROOM = 5;

const schema = createSchema({ messages: Object.values(MESSAGES).map((one) => one.messageClass) });
const codecs = new MessageCodecs(schema);

if (process.argv[2] === "first use") await measureFirstUse("sigil");
else {
  await measureCodec((name): MessageOperations => {
    const { messageClass, value } = MESSAGES[name];
    const codec = codecs.codec(schema.message(messageClass));
    const bytes = codec.toBinary(value).slice();
    const text = codec.toJson(value);
    const instance = codec.fromBinary(bytes);
    // Its peers answer views of the input for bytes; a copy is Sigil's default, but would be measured as such.
    const settings = { bytesAsViews: true };
    return {
      decode: () => codec.fromBinary(bytes, settings),
      encode: () => codec.toBinary(instance, ROOM),
      "json decode": () => codec.fromJson(text),
      "json encode": () => codec.toJson(instance),
    };
  });
}
