// The messages of grpc.testing, gRPC's own interop suite, as decorated classes. Fields of the balancer's and the load
// reports' cases are left out.
import { Enum, Field, Message } from "sigil";

export enum PayloadType {
  COMPRESSABLE = 0,
}
Enum("grpc.testing.PayloadType", PayloadType);

@Message("grpc.testing.Empty")
export class Empty {}

/** A boolean that may be absent. */
@Message("grpc.testing.BoolValue")
export class BoolValue {
  @Field(1)
  value = false;
}

@Message("grpc.testing.Payload")
export class Payload {
  @Field(1, PayloadType)
  type = PayloadType.COMPRESSABLE;
  @Field(2)
  body = new Uint8Array();
}

/** What the server is to fail with. */
@Message("grpc.testing.EchoStatus")
export class EchoStatus {
  @Field(1, "int32")
  code = 0;
  @Field(2)
  message = "";
}

@Message("grpc.testing.SimpleRequest")
export class SimpleRequest {
  @Field(1, PayloadType)
  responseType = PayloadType.COMPRESSABLE;
  @Field(2, "int32")
  responseSize = 0;
  @Field(3, () => Payload)
  payload?: Payload;
  @Field(6, () => BoolValue)
  responseCompressed?: BoolValue;
  @Field(7, () => EchoStatus)
  responseStatus?: EchoStatus;
  @Field(8, () => BoolValue)
  expectCompressed?: BoolValue;
  @Field(9)
  fillServerId = false;
}

@Message("grpc.testing.SimpleResponse")
export class SimpleResponse {
  @Field(1, () => Payload)
  payload?: Payload;
  @Field(4)
  serverId = "";
}

@Message("grpc.testing.StreamingInputCallRequest")
export class StreamingInputCallRequest {
  @Field(1, () => Payload)
  payload?: Payload;
  @Field(2, () => BoolValue)
  expectCompressed?: BoolValue;
}

@Message("grpc.testing.StreamingInputCallResponse")
export class StreamingInputCallResponse {
  @Field(1, "int32")
  aggregatedPayloadSize = 0;
}

/** One reply of a stream. */
@Message("grpc.testing.ResponseParameters")
export class ResponseParameters {
  @Field(1, "int32")
  size = 0;
  @Field(2, "int32")
  intervalUs = 0;
  @Field(3, () => BoolValue)
  compressed?: BoolValue;
}

@Message("grpc.testing.StreamingOutputCallRequest")
export class StreamingOutputCallRequest {
  @Field(1, PayloadType)
  responseType = PayloadType.COMPRESSABLE;
  @Field(2, () => ResponseParameters)
  responseParameters: ResponseParameters[] = [];
  @Field(3, () => Payload)
  payload?: Payload;
  @Field(7, () => EchoStatus)
  responseStatus?: EchoStatus;
}

@Message("grpc.testing.StreamingOutputCallResponse")
export class StreamingOutputCallResponse {
  @Field(1, () => Payload)
  payload?: Payload;
}
