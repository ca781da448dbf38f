// The life of a stream as data, RFC 9113 5.1. What the table does not allow is an error, so nothing is allowed by accident.
//
//                            +------+
//                send/recv   | idle |
//                HEADERS     +--+---+
//                               v
//                            +------+
//       recv END_STREAM      |      |     send END_STREAM
//          +---------------- | open | ----------------+
//          v                 |      |                 v
//   +-------------+          +--+---+          +-------------+
//   | half-closed |             |              | half-closed |
//   |  (remote)   |     send/recv RST_STREAM   |   (local)   |
//   +------+------+             |              +------+------+
//          | send END_STREAM /  v  recv END_STREAM /  |
//          | send/recv RST   +--------+ send/recv RST |
//          +---------------> | closed | <-------------+
//                            +--------+
//
// Five states of the RFC's seven: the two "reserved" ones exist for server push alone, which we never send and whose
// SETTINGS_ENABLE_PUSH we turn off, and there is no upgrade from HTTP/1.1 that would begin a stream half-closed. In return
// "closed" is told apart by how it came about, because the RFC asks for different answers to frames that come after it.
// PRIORITY is legal in every state (RFC 9113 5.3.2) and so not in the table.

/** The states; those from `CLOSED` on are all closed. */
export const StreamState = {
  IDLE: 0,
  OPEN: 1,
  HALF_CLOSED_LOCAL: 2,
  HALF_CLOSED_REMOTE: 3,
  /** Both ends sent END_STREAM. */
  CLOSED: 4,
  /** The peer sent RST_STREAM. */
  CLOSED_BY_PEER: 5,
  /** We sent RST_STREAM; the peer may not know yet. */
  CLOSED_BY_US: 6,
  /** Closed longer ago than we remember how, or passed over by a higher identifier. */
  FORGOTTEN: 7,
} as const;

/** What can happen to a stream. END_STREAM is a flag: it comes after the frame that carries it. */
export const StreamInput = {
  SEND_HEADERS: 0,
  SEND_DATA: 1,
  SEND_END_STREAM: 2,
  SEND_RST_STREAM: 3,
  RECEIVE_HEADERS: 4,
  RECEIVE_DATA: 5,
  RECEIVE_END_STREAM: 6,
  RECEIVE_RST_STREAM: 7,
  RECEIVE_WINDOW_UPDATE: 8,
} as const;

/** What comes of it where it is not a next state: all below 0. */
export const StreamEffect = {
  /** We may not send this: the command comes to nothing. */
  REFUSE: -1,
  /** Legal for a while after the stream closed: nothing happens. */
  IGNORE: -2,
  /** Stream error STREAM_CLOSED. */
  STREAM_ERROR: -3,
  /** Connection error STREAM_CLOSED. */
  CLOSED_ERROR: -4,
  /** Connection error PROTOCOL_ERROR. */
  PROTOCOL_ERROR: -5,
} as const;

const { IDLE: _, OPEN: O, HALF_CLOSED_LOCAL: L, HALF_CLOSED_REMOTE: R, CLOSED: C, CLOSED_BY_PEER: P, CLOSED_BY_US: U } =
  StreamState;
const { REFUSE: no, IGNORE: ok, STREAM_ERROR: se, CLOSED_ERROR: ce, PROTOCOL_ERROR: pe } = StreamEffect;

// deno-fmt-ignore
const TABLE: Int8Array = new Int8Array([
  // send:              receive:
  // HEAD DATA END RST  HEAD DATA END RST WINDOW_UPDATE
     O,   no,  no, no,  O,   pe,  pe, pe, pe,   // idle: RFC 9113 5.1, anything but HEADERS is a connection error
     O,   O,   L,  U,   O,   O,   R,  P,  O,    // open
     no,  no,  no, U,   L,   L,   C,  P,  L,    // half-closed (local)
     R,   R,   C,  U,   se,  se,  se, P,  R,    // half-closed (remote): RFC 9113 5.1, stream error STREAM_CLOSED
     no,  no,  no, no,  ce,  ce,  ce, ok, ok,   // closed by END_STREAM: nothing can follow it but what crossed our end
     no,  no,  no, no,  se,  se,  se, ok, ok,   // closed by the peer's RST_STREAM
     no,  no,  no, no,  ok,  ok,  ok, ok, ok,   // closed by our RST_STREAM: what was on its way is ignored
     no,  no,  no, no,  pe,  se,  se, ok, ok,   // forgotten: RFC 9113 5.1.1, a new stream has to have a higher identifier
]);

/** How many inputs there are: the length of a row. */
export const INPUTS = 9;

/** The next state, or a {@link StreamEffect} below 0. */
export function transition(state: number, input: number): number {
  return TABLE[state * INPUTS + input]!;
}

/** True where the stream is over, however that came about. */
export function isClosed(state: number): boolean {
  return state >= C;
}
