// The HPACK stories of the HTTP/2 Japan Community: what six encoders made of the same header lists, connection by connection.
// Every case is decoded and compared; the raw lists are encoded by our encoder in each of its modes and decoded again.
// The archive is too large for the repository and lies beside it; without it these tests say so and check nothing.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { HeaderList } from "../../src/http/exchange.ts";
import { HpackDecoder } from "../../src/http2/hpack/decoder.ts";
import { HpackEncoder } from "../../src/http2/hpack/encoder.ts";
import { HpackError } from "../../src/http2/hpack/hpack_error.ts";
import { fromHex } from "../http2/hpack/hex.ts";

const ARCHIVE = fileURLToPath(new URL("../../../shared/data/hpack-stories.tar.xz", import.meta.url));

/** How many cases the archive holds: with wire octets, and as raw lists. */
const WIRE_CASES = 20187;
const RAW_CASES = 3384;

interface StoryCase {
  readonly name: string;
  readonly wire: Uint8Array;
  readonly list: HeaderList;
  readonly tableSize: number | undefined;
}

interface StoryFile {
  readonly cases: readonly {
    readonly wire?: string;
    readonly headers: readonly Record<string, string>[];
    readonly header_table_size?: number;
  }[];
}

/** The stories of the archive by folder and file, unpacked once. */
const stories: ReadonlyMap<string, readonly StoryCase[]> = readStories();

function readStories(): Map<string, readonly StoryCase[]> {
  const read = new Map<string, readonly StoryCase[]>();
  if (!existsSync(ARCHIVE)) {
    console.log(`The HPACK stories are not checked: there is no ${ARCHIVE}.`);
    return read;
  }
  const folder = mkdtempSync(join(tmpdir(), "hpack-stories-"));
  try {
    execFileSync("tar", ["-xJf", ARCHIVE, "-C", folder]);
    for (const encoder of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      for (const file of readdirSync(join(folder, encoder.name)).sort()) {
        const name = `${encoder.name}/${file}`;
        const story = JSON.parse(readFileSync(join(folder, name), "utf8")) as StoryFile;
        read.set(
          name,
          story.cases.map((one, index) => ({
            name: `${name} case ${index}`,
            wire: fromHex(one.wire ?? ""),
            list: one.headers.map((header) => Object.entries(header)[0]!),
            tableSize: one.header_table_size,
          })),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return read;
}

function newDecoder(): HpackDecoder {
  return new HpackDecoder({
    maxTableSize: 4096,
    maxHeaderListSize: 1 << 20,
    maxFields: 1024,
    maxStringLength: 1 << 20,
  });
}

/** Compares one case. `deepEqual` takes a hundred times as long as this, for 47,000 lists. */
function check(actual: HeaderList | HpackError, { list, name }: StoryCase): void {
  if (actual instanceof HpackError) assert.fail(`${name}: ${actual.message}`);
  const same = actual.length === list.length &&
    list.every(([field, value], index) => actual[index]![0] === field && actual[index]![1] === value);
  if (!same) assert.deepEqual(actual, list, name);
}

test("every block of every story decodes to its header list", () => {
  let cases = 0;
  for (const [name, story] of stories) {
    if (name.startsWith("raw-data/")) continue;
    const decoder = newDecoder();
    for (const one of story) {
      if (one.tableSize !== undefined) decoder.setMaxTableSize(one.tableSize);
      check(decoder.decode(one.wire, 0, one.wire.length), one);
      cases++;
    }
  }
  assert.equal(cases, stories.size === 0 ? 0 : WIRE_CASES);
});

test("every raw list comes back from our encoder in each mode", () => {
  for (const options of [{}, { huffman: false }, { tableSize: 4096 }, { tableSize: 512, huffman: false }]) {
    let cases = 0;
    for (const [name, story] of stories) {
      if (!name.startsWith("raw-data/")) continue;
      const encoder = new HpackEncoder(options);
      const decoder = newDecoder();
      for (const one of story) {
        const bound = encoder.maxEncodedLength(one.list);
        const out = new Uint8Array(bound);
        const end = encoder.encode(one.list, out, 0);
        assert.ok(end <= bound, `${one.name}: ${end} octets, above the bound of ${bound}`);
        check(decoder.decode(out, 0, end), one);
        cases++;
      }
    }
    assert.equal(cases, stories.size === 0 ? 0 : RAW_CASES);
  }
});

test("our encoder's table follows a peer that changes its setting during a story", () => {
  const sizes = [4096, 0, 256, 4096, 100, 65536, 1024];
  for (const [name, story] of stories) {
    if (!name.startsWith("raw-data/")) continue;
    const encoder = new HpackEncoder({ tableSize: 4096 });
    const decoder = newDecoder();
    for (const [index, one] of story.entries()) {
      if (index % 3 === 1) {
        // Two settings between two blocks: the encoder has to signal the smaller one too.
        for (const size of [sizes[index % sizes.length]!, sizes[(index * 5 + 2) % sizes.length]!]) {
          encoder.setPeerTableSize(size);
          decoder.setMaxTableSize(size);
        }
      }
      const out = new Uint8Array(encoder.maxEncodedLength(one.list));
      check(decoder.decode(out, 0, encoder.encode(one.list, out, 0)), one);
    }
  }
});
