"""Python's protobuf for differential.ts: takes a line of JSON with a file, a message and its forms, answers how it has them."""

import base64
import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message, message_factory

classes = {}


def class_of(file, type_name):
    key = (file, type_name)
    if key not in classes:
        if len(classes) > 100:
            classes.clear()
        proto = descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(file))
        pool = descriptor_pool.DescriptorPool()
        pool.Add(proto)
        classes[key] = message_factory.GetMessageClass(pool.FindMessageTypeByName(type_name))
    return classes[key]


def answer(request):
    cls = class_of(request["file"], request["typeName"])
    read = cls.FromString(bytes.fromhex(request["bytes"]))
    from_json = json_format.Parse(request["json"], cls())
    try:
        changed = cls.FromString(bytes.fromhex(request["changed"])).SerializeToString().hex()
    except message.DecodeError:
        changed = None
    return {
        "bytes": read.SerializeToString().hex(),
        "json": json_format.MessageToJson(read),
        "jsonBytes": from_json.SerializeToString().hex(),
        "accepts": changed is not None,
        "changed": changed or "",
    }


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # told to who asked, who fails
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
