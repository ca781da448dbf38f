import assert from "node:assert/strict";
import { test } from "node:test";
import { INPUTS, isClosed, StreamEffect, StreamInput, StreamState, transition } from "../../src/http2/stream_state.ts";

const STATES = Object.entries(StreamState) as [keyof typeof StreamState, number][];
const ALL_INPUTS = Object.entries(StreamInput) as [keyof typeof StreamInput, number][];
const EFFECTS = Object.entries(StreamEffect);

function name(result: number): string {
  return result < 0
    ? EFFECTS.find(([, value]) => value === result)![0]
    : STATES.find(([, value]) => value === result)![0];
}

// What RFC 9113 5.1 says, written as the tests' own words: state, then input -> result; what is left out is refused
// where we would send it.
const EXPECTED: Record<string, Record<string, string>> = {
  IDLE: {
    SEND_HEADERS: "OPEN",
    RECEIVE_HEADERS: "OPEN",
    RECEIVE_DATA: "PROTOCOL_ERROR",
    RECEIVE_END_STREAM: "PROTOCOL_ERROR",
    RECEIVE_RST_STREAM: "PROTOCOL_ERROR",
    RECEIVE_WINDOW_UPDATE: "PROTOCOL_ERROR",
  },
  OPEN: {
    SEND_HEADERS: "OPEN",
    SEND_DATA: "OPEN",
    SEND_END_STREAM: "HALF_CLOSED_LOCAL",
    SEND_RST_STREAM: "CLOSED_BY_US",
    RECEIVE_HEADERS: "OPEN",
    RECEIVE_DATA: "OPEN",
    RECEIVE_END_STREAM: "HALF_CLOSED_REMOTE",
    RECEIVE_RST_STREAM: "CLOSED_BY_PEER",
    RECEIVE_WINDOW_UPDATE: "OPEN",
  },
  HALF_CLOSED_LOCAL: {
    SEND_RST_STREAM: "CLOSED_BY_US",
    RECEIVE_HEADERS: "HALF_CLOSED_LOCAL",
    RECEIVE_DATA: "HALF_CLOSED_LOCAL",
    RECEIVE_END_STREAM: "CLOSED",
    RECEIVE_RST_STREAM: "CLOSED_BY_PEER",
    RECEIVE_WINDOW_UPDATE: "HALF_CLOSED_LOCAL",
  },
  HALF_CLOSED_REMOTE: {
    SEND_HEADERS: "HALF_CLOSED_REMOTE",
    SEND_DATA: "HALF_CLOSED_REMOTE",
    SEND_END_STREAM: "CLOSED",
    SEND_RST_STREAM: "CLOSED_BY_US",
    RECEIVE_HEADERS: "STREAM_ERROR",
    RECEIVE_DATA: "STREAM_ERROR",
    RECEIVE_END_STREAM: "STREAM_ERROR",
    RECEIVE_RST_STREAM: "CLOSED_BY_PEER",
    RECEIVE_WINDOW_UPDATE: "HALF_CLOSED_REMOTE",
  },
  CLOSED: {
    RECEIVE_HEADERS: "CLOSED_ERROR",
    RECEIVE_DATA: "CLOSED_ERROR",
    RECEIVE_END_STREAM: "CLOSED_ERROR",
    RECEIVE_RST_STREAM: "IGNORE",
    RECEIVE_WINDOW_UPDATE: "IGNORE",
  },
  CLOSED_BY_PEER: {
    RECEIVE_HEADERS: "STREAM_ERROR",
    RECEIVE_DATA: "STREAM_ERROR",
    RECEIVE_END_STREAM: "STREAM_ERROR",
    RECEIVE_RST_STREAM: "IGNORE",
    RECEIVE_WINDOW_UPDATE: "IGNORE",
  },
  CLOSED_BY_US: {
    RECEIVE_HEADERS: "IGNORE",
    RECEIVE_DATA: "IGNORE",
    RECEIVE_END_STREAM: "IGNORE",
    RECEIVE_RST_STREAM: "IGNORE",
    RECEIVE_WINDOW_UPDATE: "IGNORE",
  },
  FORGOTTEN: {
    RECEIVE_HEADERS: "PROTOCOL_ERROR",
    RECEIVE_DATA: "STREAM_ERROR",
    RECEIVE_END_STREAM: "STREAM_ERROR",
    RECEIVE_RST_STREAM: "IGNORE",
    RECEIVE_WINDOW_UPDATE: "IGNORE",
  },
};

test("every state has an answer to every input, and it is the RFC's", () => {
  assert.equal(ALL_INPUTS.length, INPUTS);
  for (const [state, stateValue] of STATES) {
    for (const [input, inputValue] of ALL_INPUTS) {
      const expected = EXPECTED[state]![input] ?? "REFUSE";
      assert.equal(name(transition(stateValue, inputValue)), expected, `${state} + ${input}`);
    }
  }
});

test("no closed state is ever left", () => {
  for (const [, state] of STATES) {
    for (const [, input] of ALL_INPUTS) {
      if (isClosed(state)) assert.ok(transition(state, input) < 0);
    }
  }
});
