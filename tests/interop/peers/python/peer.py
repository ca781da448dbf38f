"""The grpcio peer: `peer.py serve [CERT KEY]` serves grpc.testing.TestService on a free port and prints `{"port":N}`;
`peer.py call ADDRESS [CA]` makes each call and prints `{"case":NAME}` for it, with an `error` where it failed. The modules
interop_pb2 and interop_pb2_grpc, which grpcio-tools makes, are on the path. CASES in the environment names the calls to make,
in place of all."""

import json
import os
import queue
import sys
from concurrent import futures

import grpc
from google.rpc import status_pb2

import interop_pb2 as messages
import interop_pb2_grpc as service

INITIAL = "x-grpc-test-echo-initial"
TRAILING = "x-grpc-test-echo-trailing-bin"
PATIENCE_S = 30
REQUEST_SIZES = [27182, 8, 1828, 45904]
RESPONSE_SIZES = [31415, 9, 2653, 58979]
BIG = 4_000_000


def say(line):
    print(json.dumps(line), flush=True)


def payload(size):
    return messages.Payload(body=bytes(size))


# The server


class Detailed(grpc.Status):
    """A status that carries what was asked for in its details."""

    def __init__(self, asked):
        rich = status_pb2.Status(code=asked.code, message=asked.message)
        rich.details.add().Pack(asked)
        codes = {code.value[0]: code for code in grpc.StatusCode}
        self.code, self.details = codes[asked.code], asked.message
        self.trailing_metadata = (("grpc-status-details-bin", rich.SerializeToString()),)


def echo_metadata(context):
    for key, value in context.invocation_metadata():
        if key == INITIAL:
            context.send_initial_metadata(((key, value),))
        elif key == TRAILING:
            context.set_trailing_metadata(((key, value),))


def fail_if_asked(asked, context):
    if asked.code != 0:
        context.abort_with_status(Detailed(asked))


def compress_next(asked, context):
    """The call is compressed as a whole; its next message is not where that was asked for."""
    if not asked.value:
        context.disable_next_message_compression()


class TestService(service.TestServiceServicer):
    def EmptyCall(self, request, context):
        return messages.Empty()

    def UnaryCall(self, request, context):
        echo_metadata(context)
        fail_if_asked(request.response_status, context)
        if request.HasField("response_compressed"):
            if request.response_compressed.value:
                context.set_compression(grpc.Compression.Gzip)
        return messages.SimpleResponse(payload=payload(request.response_size))

    def StreamingOutputCall(self, request, context):
        compressed = any(each.compressed.value for each in request.response_parameters)
        if compressed:
            context.set_compression(grpc.Compression.Gzip)
        for each in request.response_parameters:
            if compressed:
                compress_next(each.compressed, context)
            yield messages.StreamingOutputCallResponse(payload=payload(each.size))

    def StreamingInputCall(self, requests, context):
        return messages.StreamingInputCallResponse(aggregated_payload_size=sum(len(each.payload.body) for each in requests))

    def FullDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in requests:
            fail_if_asked(request.response_status, context)
            for each in request.response_parameters:
                yield messages.StreamingOutputCallResponse(payload=payload(each.size))


def serve(files):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    service.add_TestServiceServicer_to_server(TestService(), server)
    if files:
        certificate, key = (open(file, "rb").read() for file in files)
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, certificate)]))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    say({"port": port})
    server.wait_for_termination()


# The client


def expect(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {expected!r}, found {actual!r}")


def failure(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call did not fail")


def output(request_size, *sizes):
    parameters = [messages.ResponseParameters(size=size) for size in sizes]
    return messages.StreamingOutputCallRequest(response_parameters=parameters, payload=payload(request_size))


def empty_unary(stub):
    expect(messages.Empty(), stub.EmptyCall(messages.Empty(), timeout=PATIENCE_S))


def unary(stub, request_size, response_size, **options):
    request = messages.SimpleRequest(response_size=response_size, payload=payload(request_size))
    reply, call = stub.UnaryCall.with_call(request, timeout=PATIENCE_S, **options)
    expect(response_size, len(reply.payload.body))
    return call


def large_unary(stub):
    unary(stub, 271_828, 314_159)


def client_streaming(stub):
    requests = (messages.StreamingInputCallRequest(payload=payload(size)) for size in REQUEST_SIZES)
    expect(74_922, stub.StreamingInputCall(requests, timeout=PATIENCE_S).aggregated_payload_size)


def server_streaming(stub):
    replies = stub.StreamingOutputCall(output(0, *RESPONSE_SIZES), timeout=PATIENCE_S)
    expect(RESPONSE_SIZES, [len(reply.payload.body) for reply in replies])


def ping_pong(stub):
    requests = queue.Queue()
    replies = stub.FullDuplexCall(iter(requests.get, None), timeout=PATIENCE_S)
    for request_size, size in zip(REQUEST_SIZES, RESPONSE_SIZES):
        requests.put(output(request_size, size))
        expect(size, len(next(replies).payload.body))
    requests.put(None)
    expect([], list(replies))


def custom_metadata(stub):
    sent = ((INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab"))
    call = unary(stub, 271_828, 314_159, metadata=sent)
    expect("test_initial_metadata_value", dict(call.initial_metadata()).get(INITIAL))
    expect(b"\xab\xab\xab", dict(call.trailing_metadata()).get(TRAILING))


def error_details(stub):
    asked = messages.EchoStatus(code=9, message="détail")
    request = messages.SimpleRequest(response_status=asked)
    error = failure(lambda: stub.UnaryCall(request, timeout=PATIENCE_S))
    expect((grpc.StatusCode.FAILED_PRECONDITION, "détail"), (error.code(), error.details()))
    rich = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    expect(1, len(rich.details))
    found = messages.EchoStatus()
    expect(True, rich.details[0].Unpack(found))
    expect(asked, found)


def deadline(stub):
    requests = queue.Queue()
    error = failure(lambda: list(stub.FullDuplexCall(iter(requests.get, None), timeout=0.1)))
    requests.put(None)
    expect(grpc.StatusCode.DEADLINE_EXCEEDED, error.code())


def big_message(stub):
    unary(stub, BIG, BIG)


def client_compressed_unary(stub):
    expected = messages.BoolValue(value=True)
    request = messages.SimpleRequest(response_size=314_159, payload=payload(271_828), expect_compressed=expected)
    error = failure(lambda: stub.UnaryCall(request, timeout=PATIENCE_S))
    expect(grpc.StatusCode.INVALID_ARGUMENT, error.code())
    reply = stub.UnaryCall(request, timeout=PATIENCE_S, compression=grpc.Compression.Gzip)
    expect(314_159, len(reply.payload.body))
    large_unary(stub)


def server_compressed_unary(stub):
    for compressed in (True, False):
        asked = messages.BoolValue(value=compressed)
        request = messages.SimpleRequest(response_size=314_159, payload=payload(271_828), response_compressed=asked)
        expect(314_159, len(stub.UnaryCall(request, timeout=PATIENCE_S).payload.body))


def client_compressed_streaming(stub):
    def requests():
        for size, compressed in ((27182, True), (45904, False)):
            expected = messages.BoolValue(value=compressed)
            yield messages.StreamingInputCallRequest(payload=payload(size), expect_compressed=expected)

    error = failure(lambda: stub.StreamingInputCall(requests(), timeout=PATIENCE_S))
    expect(grpc.StatusCode.INVALID_ARGUMENT, error.code())
    reply = stub.StreamingInputCall(requests(), timeout=PATIENCE_S, compression=grpc.Compression.Gzip)
    expect(73_086, reply.aggregated_payload_size)


def server_compressed_streaming(stub):
    sizes = {31415: True, 92653: False}
    request = messages.StreamingOutputCallRequest(
        response_parameters=[
            messages.ResponseParameters(size=size, compressed=messages.BoolValue(value=compressed))
            for size, compressed in sizes.items()
        ]
    )
    replies = stub.StreamingOutputCall(request, timeout=PATIENCE_S)
    expect(list(sizes), [len(reply.payload.body) for reply in replies])


CASES = [
    empty_unary,
    large_unary,
    client_streaming,
    server_streaming,
    ping_pong,
    custom_metadata,
    error_details,
    deadline,
    big_message,
    client_compressed_unary,
    server_compressed_unary,
    client_compressed_streaming,
    server_compressed_streaming,
]


def call(address, files):
    if files:
        authority = open(files[0], "rb").read()
        channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(authority))
    else:
        channel = grpc.insecure_channel(address)
    with channel:
        stub = service.TestServiceStub(channel)
        chosen = os.environ.get("CASES", "").split(",")
        for case in CASES:
            if chosen != [""] and case.__name__ not in chosen:
                continue
            line = {"case": case.__name__}
            try:
                case(stub)
            except Exception as error:
                line["error"] = str(error)
            say(line)


if sys.argv[1:2] == ["serve"]:
    serve(sys.argv[2:])
elif sys.argv[1:2] == ["call"] and len(sys.argv) > 2:
    call(sys.argv[2], sys.argv[3:])
else:
    sys.exit("usage: peer.py serve [CERT KEY] | peer.py call ADDRESS [CA]")
