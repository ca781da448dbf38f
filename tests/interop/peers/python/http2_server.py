"""A gRPC server that does to clients what gRPC's negative HTTP/2 cases are about: `http2_server.py CASE [CERT
KEY]` answers every request with a large unary reply, in the way of the case, and prints `{"port":N}`. When its standard input ends, it prints
`{"faults":[...]}`: what clients did wrong. On top of python-h2, which checks every frame that comes.

https://github.com/grpc/grpc/blob/master/doc/negative-http2-interop-test-descriptions.md"""

import asyncio
import json
import ssl
import sys

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, PingAckReceived, RequestReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame

import interop_pb2 as messages

RESPONSE_BYTES = 314_159
CASES = ["goaway", "rst_after_header", "rst_during_data", "rst_after_data", "ping", "max_streams"]


def reply():
    message = messages.SimpleResponse(payload=messages.Payload(body=bytes(RESPONSE_BYTES))).SerializeToString()
    return b"\0" + len(message).to_bytes(4, "big") + message


class Connection(asyncio.Protocol):
    case = ""
    faults = []
    with_requests = 0

    def connection_made(self, transport):
        self.transport = transport
        self.unsent = {}
        self.pings = set()
        self.unflushed_pings = set()
        self.pings_sent = 0
        self.requests = 0
        self.said_goaway = False
        self.http2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        if self.case == "max_streams":
            self.http2.local_settings = Settings(client=False, initial_values={SettingCodes.MAX_CONCURRENT_STREAMS: 1})
        self.http2.initiate_connection()
        self.flush()

    def data_received(self, data):
        try:
            events = self.http2.receive_data(data)
        except ProtocolError as error:
            self.faults.append(f"{type(error).__name__}: {error}")
            self.flush()
            self.transport.close()
            return
        for event in events:
            self.handle(event)
        self.send_bodies()
        self.flush()

    def handle(self, event):
        if isinstance(event, RequestReceived):
            self.requests += 1
            if self.requests == 1:
                Connection.with_requests += 1
            if self.said_goaway:
                self.faults.append("a request came after the GOAWAY")
        elif isinstance(event, DataReceived):
            self.http2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            self.ping()
        elif isinstance(event, StreamEnded):
            self.answer(event.stream_id)
        elif isinstance(event, StreamReset):
            self.unsent.pop(event.stream_id, None)
        elif isinstance(event, PingAckReceived):
            self.pings.discard(event.ping_data)

    def answer(self, stream):
        self.http2.send_headers(stream, [(":status", "200"), ("content-type", "application/grpc")])
        self.ping()
        if self.case == "rst_after_header":
            self.http2.reset_stream(stream)
            return
        body = reply()
        self.unsent[stream] = body[: len(body) // 2] if self.case == "rst_during_data" else body

    def send_bodies(self):
        for stream, body in list(self.unsent.items()):
            while body:
                size = min(len(body), self.http2.local_flow_control_window(stream), self.http2.max_outbound_frame_size)
                if size <= 0:
                    break
                self.http2.send_data(stream, body[:size])
                body = body[size:]
                self.ping()
            self.unsent[stream] = body
            if not body:
                del self.unsent[stream]
                self.end(stream)

    def end(self, stream):
        if self.case in ("rst_during_data", "rst_after_data"):
            self.http2.reset_stream(stream)
            return
        self.http2.send_headers(stream, [("grpc-status", "0")], end_stream=True)
        # A client that has what it wants may close before it answers these.
        self.unflushed_pings = set()
        if self.case == "goaway":
            # Not by h2's own method, after which it reads nothing more.
            self.flush()
            self.transport.write(GoAwayFrame(stream_id=0, last_stream_id=stream).serialize())
            self.said_goaway = True

    def ping(self):
        if self.case == "ping":
            self.pings_sent += 1
            data = self.pings_sent.to_bytes(8, "big")
            self.unflushed_pings.add(data)
            self.http2.ping(data)

    def flush(self):
        self.pings |= self.unflushed_pings
        self.unflushed_pings = set()
        self.transport.write(self.http2.data_to_send())

    def connection_lost(self, error):
        if self.pings:
            self.faults.append(f"{len(self.pings)} pings were not answered")


async def main(files):
    security = None
    if files:
        security = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        security.load_cert_chain(*files)
        security.set_alpn_protocols(["h2"])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, ssl=security)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    if Connection.case == "goaway" and Connection.with_requests < 2:
        Connection.faults.append("the second request came on the first connection")
    print(json.dumps({"faults": Connection.faults}), flush=True)


if sys.argv[1:] and sys.argv[1] in CASES:
    Connection.case = sys.argv[1]
    asyncio.run(main(sys.argv[2:]))
else:
    sys.exit(f"usage: http2_server.py {'|'.join(CASES)} [CERT KEY]")
