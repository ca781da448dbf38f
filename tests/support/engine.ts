// Engines under test, with what they tell kept as lines: `"request 1 POST /a END"`, `"data 1 hello"`, `"reset 1 8 peer"`,
// `"closed PROTOCOL_ERROR: why"`. Their output is read by the frame transcript, which shares no code with them.
import { ClientConnection } from "../../src/http2/client_connection.ts";
import type { ConnectionEvents } from "../../src/http2/events.ts";
import type { ConnectionError } from "../../src/http2/frame/error_code.ts";
import type { Http2Limits } from "../../src/http2/limits.ts";
import type { RequestHead, ResponseHead } from "../../src/http2/message_head.ts";
import { ServerConnection, type ServerConnectionOptions } from "../../src/http2/server_connection.ts";
import { bytes, type Fields, FrameTranscript, greeting, settings, settingsAck } from "./frames.ts";

/** Keeps what both ends tell. An `on...` hook runs after its line was written. */
export class EventLog implements ConnectionEvents {
  readonly lines: string[] = [];
  error: ConnectionError | undefined;
  onEvent: (line: string) => void = () => {};

  /** The lines since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }
  write(line: string): void {
    this.lines.push(line);
    this.onEvent(line);
  }
  onRequest(streamId: number, head: RequestHead, endStream: boolean): void {
    this.write(`request ${streamId} ${head.method} ${head.path}${endStream ? " END" : ""}`);
  }
  onResponse(streamId: number, head: ResponseHead, endStream: boolean): void {
    this.write(`response ${streamId} ${head.status}${endStream ? " END" : ""}`);
  }
  onInformational(streamId: number, head: ResponseHead): void {
    this.write(`informational ${streamId} ${head.status}`);
  }
  onData(streamId: number, content: Uint8Array, endStream: boolean): void {
    const shown = content.length > 20 ? `${content.length} octets` : String.fromCharCode(...content);
    this.write(`data ${streamId} ${shown}${endStream ? " END" : ""}`.replace("  ", " "));
  }
  onTrailers(streamId: number, trailers: Fields): void {
    this.write(`trailers ${streamId} ${trailers.map(([name, value]) => `${name}=${value}`).join(" ")}`);
  }
  onReset(streamId: number, code: number, cause: string): void {
    this.write(`reset ${streamId} ${code} ${cause}`);
  }
  onWritable(streamId: number): void {
    this.write(`writable ${streamId}`);
  }
  outputTold = 0;
  onOutput(): void {
    this.outputTold++;
  }
  settingsTold = 0;
  onSettings(): void {
    this.settingsTold++;
  }
  onPing(): void {
    this.write("ping");
  }
  onPong(payload: Uint8Array): void {
    this.write(`pong ${String.fromCharCode(...payload)}`);
  }
  onGoaway(lastStreamId: number, code: number, debugData: string): void {
    this.write(`goaway ${lastStreamId} ${code} ${debugData}`.trimEnd());
  }
  onAvailable(): void {
    this.write("available");
  }
  onClosed(error: ConnectionError | undefined): void {
    this.error = error;
    this.write(error === undefined ? "closed" : `closed ${error}`);
  }
}

/** A server's engine, greeted and acknowledged unless asked otherwise. */
export class ServerProbe {
  readonly log: EventLog = new EventLog();
  readonly engine: ServerConnection;
  readonly transcript: FrameTranscript = new FrameTranscript();

  constructor(
    limits: Partial<Http2Limits> = {},
    options: Omit<ServerConnectionOptions, "limits"> & { greet?: boolean } = {},
  ) {
    this.engine = new ServerConnection(this.log, { ...options, limits });
    if (options.greet === false) return;
    this.engine.receive(bytes(greeting(), settingsAck()));
    this.sent();
  }

  feed(...parts: Uint8Array[]): this {
    for (const part of parts) this.engine.receive(part);
    return this;
  }
  /** What the engine sent since the last call, one line a frame. */
  sent(): string[] {
    const lines: string[] = [];
    do lines.push(...this.transcript.lines(this.engine.takeOutput())); while (this.engine.hasOutput);
    return lines;
  }
  told(): string[] {
    return this.log.take();
  }
}

/** A client's engine, whose server has greeted and acknowledged. */
export class ClientProbe {
  readonly log: EventLog = new EventLog();
  readonly engine: ClientConnection;
  readonly transcript: FrameTranscript = new FrameTranscript();

  constructor(limits: Partial<Http2Limits> = {}, serverSettings: Record<string, number> = {}) {
    this.engine = new ClientConnection(this.log, { limits });
    this.engine.takeOutput();
    this.engine.receive(bytes(settings(serverSettings), settingsAck()));
    this.sent();
  }

  feed(...parts: Uint8Array[]): this {
    for (const part of parts) this.engine.receive(part);
    return this;
  }
  sent(): string[] {
    const lines: string[] = [];
    do lines.push(...this.transcript.lines(this.engine.takeOutput())); while (this.engine.hasOutput);
    return lines;
  }
  told(): string[] {
    return this.log.take();
  }
}
