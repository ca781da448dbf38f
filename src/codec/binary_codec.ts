// The codecs of a schema in protobuf's binary format: between bytes and the user's classes, with nothing in between. Each is
// compiled when it is first used; the shapes of messages are what they are compiled from.
import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { ReadSettings } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import type { ResolvedMessage } from "../schema/resolve.ts";
import type { Schema } from "../schema/schema.ts";
import { type MessageReader, messageReader } from "./binary_reader.ts";
import { type MessageWriter, messageWriter, type WriteSettings } from "./binary_writer.ts";
import { ClassShape } from "./class_shape.ts";
import { createMessage } from "./create.ts";
import { protobufShape } from "./protobuf_shape.ts";
import type { MessageShape } from "./shape.ts";

/** How messages of one type become bytes, and come back. */
export class BinaryCodec {
  /** How messages are held. */
  readonly shape: MessageShape;
  /** What it writes with; the codecs of a schema share one. */
  readonly writer: Writer;
  #reads: MessageReader | undefined;
  #writes: MessageWriter | undefined;

  constructor(shape: MessageShape, writer: Writer) {
    this.shape = shape;
    this.writer = writer;
  }

  /**
   * Reads a message: an instance of the class. The bytes are only read, unless `bytesAsViews` asks for views of them.
   * @throws WireError for what is no such message.
   */
  fromBinary(bytes: Uint8Array, settings?: ReadSettings): object {
    return (this.#reads ??= messageReader(this.shape)).whole(bytes, settings);
  }

  /**
   * Writes an instance, or a plain object of its shape. Answers bytes of the caller's own, with `room` bytes in front of the
   * message to be filled. They lie in a buffer beside those of other messages: its rest is not the caller's.
   * @throws TypeError for a value that its field can't hold.
   */
  toBinary(value: object, room = 0, settings?: WriteSettings): Uint8Array {
    return (this.#writes ??= messageWriter(this.shape)).whole(value, this.writer, room, settings);
  }

  /** From a plain object to an instance; an instance is returned as it is. */
  create(value: object): object {
    return createMessage(this.shape, value);
  }

  /** An instance, or a plain object of its shape, as a message of protobuf-es, for who takes nothing else. */
  encode(value: object): Message {
    return messageReader(protobufShape(this.shape.desc)).whole(this.toBinary(value), undefined) as unknown as Message;
  }

  /** A message of protobuf-es as an instance. */
  decode(message: Message): object {
    return this.fromBinary(messageWriter(protobufShape(this.shape.desc)).whole(message, this.writer, 0));
  }
}

/** The codecs of one schema, each made when it is first asked for. */
export class Codecs<C extends BinaryCodec> {
  readonly #schema: Schema;
  readonly #codecs = new Map<string, C>();
  readonly #writer = new Writer();
  readonly #codec: new (shape: MessageShape, writer: Writer) => C;

  constructor(schema: Schema, codec: new (shape: MessageShape, writer: Writer) => C) {
    this.#schema = schema;
    this.#codec = codec;
  }

  /** The codec of a message: of its class, or of protobuf-es's own message for generated code. */
  codec(desc: DescMessage): C {
    let codec = this.#codecs.get(desc.typeName);
    if (!codec) {
      const resolved = this.#schema.resolved(desc);
      const shape = resolved ? new ClassShape(resolved, desc, (message) => this.#shape(message)) : protobufShape(desc);
      this.#codecs.set(desc.typeName, codec = new this.#codec(shape, this.#writer));
    }
    return codec;
  }

  #shape({ messageClass }: ResolvedMessage): MessageShape {
    return this.codec(this.#schema.message(messageClass)).shape;
  }
}
