"""Calls a running greeter in all four kinds, in native gRPC: client.py [HOST:PORT]

The stubs come from the exported greeter.proto, compiled when this program starts.
"""

import sys
from pathlib import Path

import grpc

sys.path.insert(0, str(Path(__file__).parents[2] / "greeter" / "proto"))
messages, services = grpc.protos_and_services("greeter/v1/greeter.proto")


def each(request, *names):
    for name in names:
        yield request(name=name)


def main(address):
    with grpc.insecure_channel(address) as channel:
        greeter = services.GreeterServiceStub(channel)

        request = messages.SayHelloRequest(name="Ada", language=messages.LANGUAGE_FRENCH)
        print("SayHello: ", greeter.SayHello(request, timeout=10).text)

        count_down = messages.CountDownRequest(pause_ms=10)
        setattr(count_down, "from", 3)  # a keyword of Python
        print("CountDown:", " ".join(response.text for response in greeter.CountDown(count_down, timeout=10)))

        print("GreetAll: ", greeter.GreetAll(each(messages.GreetAllRequest, "Ada", "Grace"), timeout=10).text)

        chat = greeter.Chat(each(messages.ChatRequest, "Ada", "Grace"), timeout=10)
        print("Chat:     ", " ".join(response.text for response in chat))

        try:
            greeter.SayHello(messages.SayHelloRequest(language=42), timeout=10)
        except grpc.RpcError as error:
            print("an error: ", error.code().name, error.details())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50051")
