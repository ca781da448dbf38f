"""Calls a running greeter in native gRPC, and ends with 1 where an answer is wrong: client.py [HOST:PORT]

The stubs come from the exported greeter.proto, compiled when this program starts.
"""

import queue
import sys
from pathlib import Path

import grpc
from grpc_status import rpc_status

sys.path.insert(0, str(Path(__file__).parents[2] / "greeter" / "proto"))
messages, services = grpc.protos_and_services("greeter/v1/greeter.proto")


def check(what, actual, expected):
    """Prints what came back, and fails where it is not what had to."""
    if actual != expected:
        sys.exit(f"{what}: expected {expected!r}, got {actual!r}")
    print(f"{what}: {actual}")


def unary(greeter):
    reply = greeter.SayHello(messages.SayHelloRequest(name="Ada", language=messages.LANGUAGE_FRENCH), timeout=10)
    check("SayHello", reply.text, "Bonjour, Ada!")


def server_streaming(greeter):
    # `from` is a keyword of Python, so it can't be written as an argument.
    request = messages.CountDownRequest(**{"from": 3, "pause_ms": 10})
    replies = greeter.CountDown(request, timeout=10)
    check("CountDown", " ".join(reply.text for reply in replies), "3 … 2 … 1 … Lift-off!")


def client_streaming(greeter):
    requests = [messages.GreetAllRequest(name=name) for name in ("Ada", "Grace")]
    reply = greeter.GreetAll(iter(requests), timeout=10)
    check("GreetAll", reply.text, "Hello, Ada and Grace!")


def bidi_streaming(greeter):
    """Sends the second request when the first has its reply."""
    requests = queue.SimpleQueue()
    replies = greeter.Chat(iter(requests.get, None), timeout=10)
    texts = []
    for name in ("Ada", "Grace"):
        requests.put(messages.ChatRequest(name=name))
        texts.append(next(replies).text)
    requests.put(None)
    texts.extend(reply.text for reply in replies)
    check("Chat", " ".join(texts), "Hello, Ada! Hello, Grace!")


def metadata(greeter):
    request = messages.SayHelloRequest(name="Ada")
    _, call = greeter.SayHello.with_call(request, metadata=[("x-request-id", "42")], timeout=10)
    check("x-request-id", dict(call.initial_metadata()).get("x-request-id"), "42")


def error_with_details(greeter):
    try:
        greeter.SayHello(messages.SayHelloRequest(name="Ada", language=42), timeout=10)
        sys.exit("error: there was none")
    except grpc.RpcError as error:
        check("error", f"{error.code().name} {error.details()}", "INVALID_ARGUMENT the greeter does not speak language 42")
        status = rpc_status.from_call(error)
    details = status.details if status else []
    known = messages.KnownLanguages()
    if not (len(details) == 1 and details[0].Unpack(known)):
        sys.exit(f"details: expected a KnownLanguages, got {details}")
    names = " ".join(messages.Language.Name(language) for language in known.languages)
    check("details", names, "LANGUAGE_ENGLISH LANGUAGE_FRENCH LANGUAGE_GERMAN")


def deadline(greeter):
    try:
        for _ in greeter.CountDown(messages.CountDownRequest(**{"from": 1000, "pause_ms": 10000}), timeout=0.2):
            pass
        sys.exit("deadline: the call came to its end")
    except grpc.RpcError as error:
        check("deadline", error.code().name, "DEADLINE_EXCEEDED")


def main(address):
    with grpc.insecure_channel(address) as channel:
        greeter = services.GreeterServiceStub(channel)
        unary(greeter)
        server_streaming(greeter)
        client_streaming(greeter)
        bidi_streaming(greeter)
        metadata(greeter)
        error_with_details(greeter)
        deadline(greeter)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50051")
