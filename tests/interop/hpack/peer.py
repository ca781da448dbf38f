"""The Python peer of ../hpack_peers.ts: reads connections as JSON from standard input, decodes what our encoder wrote and
encodes the same lists with the package hpack, and writes both as JSON. Strings travel as hexadecimal octets."""

import json
import sys

from hpack import Decoder, Encoder, HeaderTuple, NeverIndexedHeaderTuple


def field(name: str, value: str):
    secret = bytes.fromhex(name) == b"authorization"
    return (NeverIndexedHeaderTuple if secret else HeaderTuple)(bytes.fromhex(name), bytes.fromhex(value))


answers = []
for steps in json.load(sys.stdin):
    decoder = Decoder(max_header_list_size=1 << 20)
    encoder = Encoder()
    replies = []
    for step in steps:
        if step["tableSize"] is not None:
            decoder.max_allowed_table_size = step["tableSize"]
            encoder.header_table_size = step["tableSize"]
        decoded = decoder.decode(bytes.fromhex(step["wire"]), raw=True)
        encoded = encoder.encode([field(name, value) for name, value in step["list"]], huffman=step["huffman"])
        replies.append(
            {"decoded": [[name.hex(), value.hex()] for name, value in decoded], "encoded": encoded.hex()}
        )
    answers.append(replies)
json.dump(answers, sys.stdout)
