"""The nghttp2 peer of ../hpack_peers.ts, by way of ctypes: reads connections as JSON from standard input, decodes what our
encoder wrote and encodes the same lists with libnghttp2, and writes both as JSON, with what it makes of the damaged blocks.
Strings travel as hexadecimal octets."""

import ctypes
import ctypes.util
import json
import sys

name = ctypes.util.find_library("nghttp2")
if name is None:
    sys.exit("There is no libnghttp2 on this machine; Debian has it in libnghttp2-14.")
lib = ctypes.CDLL(name)

NO_INDEX, FINAL, EMIT = 0x01, 0x01, 0x02


class Field(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p),
        ("value", ctypes.c_void_p),
        ("name_length", ctypes.c_size_t),
        ("value_length", ctypes.c_size_t),
        ("flags", ctypes.c_uint8),
    ]


lib.nghttp2_hd_inflate_hd2.restype = ctypes.c_ssize_t
lib.nghttp2_hd_inflate_hd2.argtypes = [
    ctypes.c_void_p, ctypes.POINTER(Field), ctypes.POINTER(ctypes.c_int), ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int,
]
lib.nghttp2_hd_deflate_hd.restype = ctypes.c_ssize_t
lib.nghttp2_hd_deflate_hd.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(Field), ctypes.c_size_t,
]
for setter in (lib.nghttp2_hd_inflate_change_table_size, lib.nghttp2_hd_deflate_change_table_size):
    setter.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
lib.nghttp2_hd_inflate_end_headers.argtypes = [ctypes.c_void_p]
lib.nghttp2_hd_inflate_del.argtypes = [ctypes.c_void_p]
lib.nghttp2_hd_deflate_del.argtypes = [ctypes.c_void_p]


def decode(inflater, wire):
    fields = []
    while True:
        field, flags = Field(), ctypes.c_int(0)
        read = lib.nghttp2_hd_inflate_hd2(inflater, ctypes.byref(field), ctypes.byref(flags), wire, len(wire), 1)
        if read < 0:
            return None
        wire = wire[read:]
        if flags.value & EMIT:
            fields.append([
                ctypes.string_at(field.name, field.name_length).hex(),
                ctypes.string_at(field.value, field.value_length).hex(),
            ])
        if flags.value & FINAL:
            lib.nghttp2_hd_inflate_end_headers(inflater)
            return fields


def encode(deflater, fields):
    buffers = [(bytes.fromhex(name), bytes.fromhex(value)) for name, value in fields]
    array = (Field * max(len(buffers), 1))()
    for field, (name, value) in zip(array, buffers):
        field.name = ctypes.cast(ctypes.c_char_p(name), ctypes.c_void_p)
        field.value = ctypes.cast(ctypes.c_char_p(value), ctypes.c_void_p)
        field.name_length, field.value_length = len(name), len(value)
        field.flags = NO_INDEX if name == b"authorization" else 0
    out = ctypes.create_string_buffer(1 << 17)
    length = lib.nghttp2_hd_deflate_hd(deflater, out, len(out), array, len(buffers))
    if length < 0:
        sys.exit(f"nghttp2 cannot encode {fields}: {length}")
    return out.raw[:length]


def verdict(wire):
    inflater = ctypes.c_void_p()
    lib.nghttp2_hd_inflate_new(ctypes.byref(inflater))
    fields = decode(inflater, bytes.fromhex(wire))
    lib.nghttp2_hd_inflate_del(inflater)
    return fields


work = json.load(sys.stdin)
answers = []
for steps in work["connections"]:
    inflater, deflater = ctypes.c_void_p(), ctypes.c_void_p()
    lib.nghttp2_hd_inflate_new(ctypes.byref(inflater))
    lib.nghttp2_hd_deflate_new(ctypes.byref(deflater), ctypes.c_size_t(4096))
    replies = []
    for step in steps:
        if step["tableSize"] is not None:
            lib.nghttp2_hd_inflate_change_table_size(inflater, step["tableSize"])
            lib.nghttp2_hd_deflate_change_table_size(deflater, step["tableSize"])
        decoded = decode(inflater, bytes.fromhex(step["wire"]))
        replies.append({"decoded": decoded, "encoded": encode(deflater, step["list"]).hex()})
    lib.nghttp2_hd_inflate_del(inflater)
    lib.nghttp2_hd_deflate_del(deflater)
    answers.append(replies)
json.dump({"answers": answers, "verdicts": [verdict(wire) for wire in work["damaged"]]}, sys.stdout)
