"""The Python peer of ../hpack_peers.ts: reads connections as JSON from standard input, decodes what our encoder wrote and
encodes the same lists with the package hpack, and writes both as JSON, with what it makes of the damaged blocks. Strings
travel as hexadecimal octets."""

import json
import sys

from hpack import Decoder, Encoder, HeaderTuple, HPACKError, NeverIndexedHeaderTuple


def field(name: str, value: str):
    secret = bytes.fromhex(name) == b"authorization"
    return (NeverIndexedHeaderTuple if secret else HeaderTuple)(bytes.fromhex(name), bytes.fromhex(value))


def decode(decoder: Decoder, wire: str):
    return [[name.hex(), value.hex()] for name, value in decoder.decode(bytes.fromhex(wire), raw=True)]


def verdict(wire: str):
    try:
        return decode(Decoder(max_header_list_size=1 << 20), wire)
    except HPACKError:
        return None


work = json.load(sys.stdin)
answers = []
for steps in work["connections"]:
    decoder = Decoder(max_header_list_size=1 << 20)
    encoder = Encoder()
    replies = []
    for step in steps:
        if step["tableSize"] is not None:
            decoder.max_allowed_table_size = step["tableSize"]
            encoder.header_table_size = step["tableSize"]
        decoded = decode(decoder, step["wire"])
        encoded = encoder.encode([field(name, value) for name, value in step["list"]], huffman=step["huffman"])
        replies.append({"decoded": decoded, "encoded": encoded.hex()})
    answers.append(replies)
json.dump({"answers": answers, "verdicts": [verdict(wire) for wire in work["damaged"]]}, sys.stdout)
