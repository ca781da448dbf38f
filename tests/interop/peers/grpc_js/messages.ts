// Messages of grpc.testing as grpc-js has them, and the sizes of the suite.

export interface Payload {
  body: Uint8Array;
}

export interface EchoStatus {
  code: number;
  message: string;
}

export interface SimpleRequest {
  responseSize: number;
  payload?: Payload;
  responseStatus?: EchoStatus | null;
}

export interface SimpleReply {
  payload: Payload;
}

export interface OutputRequest {
  responseParameters: { size: number }[];
  payload?: Payload;
  responseStatus?: EchoStatus | null;
}

export const REQUEST_SIZES = [27182, 8, 1828, 45904];
export const RESPONSE_SIZES = [31415, 9, 2653, 58979];
export const LARGE_REQUEST = 271_828;
export const LARGE_RESPONSE = 314_159;
export const BIG = 4_000_000;
export const INITIAL = "x-grpc-test-echo-initial";
export const TRAILING = "x-grpc-test-echo-trailing-bin";

/** A payload of zeros. */
export function payload(size: number): Payload {
  return { body: new Uint8Array(size) };
}

/** google.rpc.Status with one detail, the status itself as an EchoStatus: in protobuf's binary format, by hand. */
export function richStatus({ code, message }: EchoStatus): Uint8Array {
  const text = new TextEncoder().encode(message);
  const echo = [8, code, 18, text.length, ...text];
  const url = new TextEncoder().encode("type.googleapis.com/grpc.testing.EchoStatus");
  const any = [10, url.length, ...url, 18, echo.length, ...echo];
  return new Uint8Array([...echo, 26, any.length, ...any]);
}
