import static grpc.testing.Interop.Empty;
import static grpc.testing.Interop.SimpleRequest;
import static grpc.testing.Interop.SimpleResponse;
import static grpc.testing.Interop.StreamingInputCallRequest;
import static grpc.testing.Interop.StreamingInputCallResponse;
import static grpc.testing.Interop.StreamingOutputCallRequest;
import static grpc.testing.Interop.StreamingOutputCallResponse;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/** What client and server share: the methods of grpc.testing.TestService, and its metadata. */
final class Methods {
  static final String SERVICE = "grpc.testing.TestService";

  static final MethodDescriptor<Empty, Empty> EMPTY =
      method("EmptyCall", MethodType.UNARY, Empty.getDefaultInstance(), Empty.getDefaultInstance());
  static final MethodDescriptor<SimpleRequest, SimpleResponse> UNARY =
      method("UnaryCall", MethodType.UNARY, SimpleRequest.getDefaultInstance(), SimpleResponse.getDefaultInstance());
  static final MethodDescriptor<StreamingOutputCallRequest, StreamingOutputCallResponse> OUTPUT =
      method(
          "StreamingOutputCall",
          MethodType.SERVER_STREAMING,
          StreamingOutputCallRequest.getDefaultInstance(),
          StreamingOutputCallResponse.getDefaultInstance());
  static final MethodDescriptor<StreamingInputCallRequest, StreamingInputCallResponse> INPUT =
      method(
          "StreamingInputCall",
          MethodType.CLIENT_STREAMING,
          StreamingInputCallRequest.getDefaultInstance(),
          StreamingInputCallResponse.getDefaultInstance());
  static final MethodDescriptor<StreamingOutputCallRequest, StreamingOutputCallResponse> DUPLEX =
      method(
          "FullDuplexCall",
          MethodType.BIDI_STREAMING,
          StreamingOutputCallRequest.getDefaultInstance(),
          StreamingOutputCallResponse.getDefaultInstance());

  static final Metadata.Key<String> INITIAL =
      Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<byte[]> TRAILING =
      Metadata.Key.of("x-grpc-test-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static <Q extends Message, P extends Message> MethodDescriptor<Q, P> method(
      String name, MethodType type, Q request, P reply) {
    return MethodDescriptor.<Q, P>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(ProtoUtils.marshaller(request))
        .setResponseMarshaller(ProtoUtils.marshaller(reply))
        .build();
  }

  private Methods() {}
}
