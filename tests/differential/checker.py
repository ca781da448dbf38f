"""The strict checker of ../run.ts: python-h2 as both ends of a connection that two engines of ours have with each other.

Reads traces from standard input, one JSON object a line, and writes what it makes of each. A trace is a list of steps, in
order: [end, "sent", octets] is what an end's engine sent, [end, "got", octets] is what it was then given, both in hexadecimal;
end 0 is the client. Each end has an h2 connection beside it that gets the same octets and, frame by frame, is made to send
what the engine sent: so h2 judges what our peer may send us, and what we may send, by its own windows, states and tables.
"""

import json
import sys
import zlib

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    DataReceived,
    RequestReceived,
    ResponseReceived,
    SettingsAcknowledged,
    StreamEnded,
    TrailersReceived,
)
from hpack import Decoder
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class End:
    """One end: an h2 connection that lives the life of our engine."""

    def __init__(self, is_client):
        self.is_client = is_client
        config = H2Configuration(client_side=is_client, header_encoding="latin-1", logger=None)
        self.connection = H2Connection(config)
        self.connection.initiate_connection()
        self.connection.clear_outbound_data_buffer()
        self.decoder = Decoder(max_header_list_size=1 << 20)
        self.block = b""
        self.block_frame = None
        self.greets = is_client
        self.expects_preface = not is_client
        self.arrived = b""
        self.received = {}
        # Settings that wait: at an acknowledgement, h2 lets the next value of each setting hold, whichever frame it came in.
        self.settings = []

    def stream(self, stream_id):
        return self.received.setdefault(stream_id, {"headers": None, "octets": 0, "crc": 0, "trailers": None, "ended": False})

    def got(self, octets):
        """What the other end's engine sent arrives, in pieces; h2 gets it frame by frame."""
        self.arrived += octets
        if not self.is_client and self.expects_preface:
            if len(self.arrived) < len(PREFACE):
                return
            self.connection.receive_data(self.arrived[:len(PREFACE)])
            self.arrived = self.arrived[len(PREFACE):]
            self.expects_preface = False
        while len(self.arrived) >= 9:
            end = 9 + int.from_bytes(self.arrived[:3], "big")
            if len(self.arrived) < end:
                return
            frame, self.arrived = self.arrived[:end], self.arrived[end:]
            self.got_frame(frame)

    def got_frame(self, octets):
        stream_id = int.from_bytes(octets[5:9], "big")
        connection = self.connection
        is_late = stream_id <= connection.highest_inbound_stream_id and stream_id not in connection.streams
        if not self.is_client and octets[3] == 1 and octets[4] & 4 and is_late:
            # Late trailers of a stream that this end reset: h2 would count them as another stream.
            connection.decoder.decode(octets[9:], raw=True)
            return
        for event in connection.receive_data(octets):
            if isinstance(event, SettingsAcknowledged):
                self.settings.pop(0)
                if self.settings:
                    self.connection.update_settings(self.settings[0])
            elif isinstance(event, (RequestReceived, ResponseReceived)):
                self.stream(event.stream_id)["headers"] = [list(field) for field in event.headers]
            elif isinstance(event, DataReceived):
                stream = self.stream(event.stream_id)
                stream["octets"] += len(event.data)
                stream["crc"] = zlib.crc32(event.data, stream["crc"])
            elif isinstance(event, TrailersReceived):
                self.stream(event.stream_id)["trailers"] = [list(field) for field in event.headers]
            elif isinstance(event, StreamEnded):
                self.stream(event.stream_id)["ended"] = True
        self.connection.clear_outbound_data_buffer()

    def sent(self, octets):
        """What this end's engine sends, h2 sends too."""
        if self.greets:
            if not octets.startswith(PREFACE):
                raise ValueError("the client does not begin with the preface")
            octets = octets[len(PREFACE):]
            self.greets = False
        view = memoryview(octets)
        at = 0
        while at < len(view):
            frame, length = Frame.parse_frame_header(view[at:at + 9], strict=True)
            frame.parse_body(view[at + 9:at + 9 + length])
            at += 9 + length
            self.send(frame)
        self.connection.clear_outbound_data_buffer()

    def send(self, frame):
        connection = self.connection
        if self.block_frame is not None and not isinstance(frame, ContinuationFrame):
            raise ValueError("a frame within a header block")
        if isinstance(frame, HeadersFrame):
            self.block = frame.data
            self.block_frame = frame
            self.end_block(frame)
        elif isinstance(frame, ContinuationFrame):
            self.block += frame.data
            self.end_block(frame)
        elif isinstance(frame, DataFrame):
            end = "END_STREAM" in frame.flags
            if not frame.data and not end:
                raise ValueError("empty DATA that ends nothing")
            connection.send_data(frame.stream_id, frame.data, end_stream=end)
        elif isinstance(frame, RstStreamFrame):
            connection.reset_stream(frame.stream_id, frame.error_code)
        elif isinstance(frame, WindowUpdateFrame):
            connection.increment_flow_control_window(frame.window_increment, frame.stream_id or None)
        elif isinstance(frame, PingFrame):
            if "ACK" not in frame.flags:
                connection.ping(frame.opaque_data)
        elif isinstance(frame, SettingsFrame):
            if "ACK" not in frame.flags:
                self.settings.append(frame.settings)
                if len(self.settings) == 1:
                    connection.update_settings(frame.settings)
        elif isinstance(frame, GoAwayFrame):
            connection.close_connection(frame.error_code, frame.additional_data, frame.last_stream_id)
        else:
            raise ValueError(f"a frame that is never sent: {frame!r}")

    def end_block(self, frame):
        if "END_HEADERS" not in frame.flags:
            return
        headers = [(bytes(name), bytes(value)) for name, value in self.decoder.decode(self.block, raw=True)]
        first = self.block_frame
        self.block_frame = None
        self.connection.send_headers(first.stream_id, headers, end_stream="END_STREAM" in first.flags)


def check(steps):
    ends = [End(True), End(False)]
    try:
        for number, (end, kind, octets) in enumerate(steps):
            try:
                getattr(ends[end], kind)(bytes.fromhex(octets))
            except Exception as error:
                raise ValueError(f"step {number}, end {end} {kind} {octets[:200]}: {type(error).__name__}: {error}") from error
    except ValueError as error:
        return {"error": str(error)}
    return {"requests": ends[1].received, "replies": ends[0].received}


for line in sys.stdin:
    print(json.dumps(check(json.loads(line))), flush=True)
