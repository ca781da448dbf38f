// The suite talks to the programs over stdin and stdout in messages of protobuf, each behind its length as four bytes in
// network order.
import { create, type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { Buffer } from "node:buffer";
import process from "node:process";

const prefixBytes = 4;

/** Reads messages from stdin until it ends. */
export async function* readMessages<M extends Message>(desc: DescMessage): AsyncGenerator<M, void> {
  let buffered: Uint8Array = new Uint8Array();
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      if (buffered.byteLength < prefixBytes) break;
      const length = new DataView(buffered.buffer, buffered.byteOffset).getUint32(0);
      if (buffered.byteLength < prefixBytes + length) break;
      yield fromBinary(desc, buffered.subarray(prefixBytes, prefixBytes + length)) as M;
      buffered = buffered.subarray(prefixBytes + length);
    }
  }
  if (buffered.byteLength > 0) throw new Error(`stdin ended within a message: ${buffered.byteLength} bytes are left.`);
}

/** Writes a message to stdout; resolves once it is handed over. */
export function writeMessage(desc: DescMessage, init: object): Promise<void> {
  return writeEncoded(toBinary(desc, create(desc, init as Record<string, unknown>)));
}

/** The same for a message that is encoded already. */
export function writeEncoded(bytes: Uint8Array): Promise<void> {
  const prefixed = new Uint8Array(prefixBytes + bytes.byteLength);
  new DataView(prefixed.buffer).setUint32(0, bytes.byteLength);
  prefixed.set(bytes, prefixBytes);
  return new Promise((resolve, reject) => {
    process.stdout.write(prefixed, (error) => error ? reject(error) : resolve());
  });
}
