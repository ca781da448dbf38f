// The protobuf-es subject of `codec`: its own functions between bytes or JSON and its own messages; no class is filled.
import process from "node:process";
import { fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { createSchema } from "../../../../mod.ts";
import { MessageCodecs } from "../../../../src/codec/message_codec.ts";
import { MESSAGES } from "../../codec/messages.ts";
import { measureFirstUse } from "../../codec/first_use.ts";
import { measureCodec, type MessageOperations } from "../../codec/operation.ts";

const schema = createSchema({ messages: Object.values(MESSAGES).map((one) => one.messageClass) });
const codecs = new MessageCodecs(schema);

if (process.argv[2] === "first use") await measureFirstUse("protobuf-es");
else {
  await measureCodec((name): MessageOperations => {
    const { messageClass, value } = MESSAGES[name];
    const desc = schema.message(messageClass);
    const bytes = codecs.codec(desc).toBinary(value).slice();
    const message = fromBinary(desc, bytes);
    const text = toJsonString(desc, message);
    return {
      decode: () => fromBinary(desc, bytes),
      encode: () => toBinary(desc, message),
      "json decode": () => fromJsonString(desc, text),
      "json encode": () => toJsonString(desc, message),
    };
  });
}
