import grpc.testing.Interop.Empty;
import grpc.testing.Interop.EchoStatus;
import grpc.testing.Interop.Payload;
import grpc.testing.Interop.ResponseParameters;
import grpc.testing.Interop.SimpleRequest;
import grpc.testing.Interop.SimpleResponse;
import grpc.testing.Interop.StreamingInputCallRequest;
import grpc.testing.Interop.StreamingInputCallResponse;
import grpc.testing.Interop.StreamingOutputCallRequest;
import grpc.testing.Interop.StreamingOutputCallResponse;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.List;

/** The server: errors carry the status that was asked for in their details. */
final class Serve {
  static void run(String[] files) throws Exception {
    ServerCredentials security =
        files.length == 2
            ? TlsServerCredentials.create(new File(files[0]), new File(files[1]))
            : InsecureServerCredentials.create();
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(Methods.SERVICE)
            .addMethod(Methods.EMPTY, ServerCalls.asyncUnaryCall(Serve::empty))
            .addMethod(Methods.UNARY, ServerCalls.asyncUnaryCall(Serve::unary))
            .addMethod(Methods.OUTPUT, ServerCalls.asyncServerStreamingCall(Serve::output))
            .addMethod(Methods.INPUT, ServerCalls.asyncClientStreamingCall(Serve::input))
            .addMethod(Methods.DUPLEX, ServerCalls.asyncBidiStreamingCall(Serve::duplex))
            .build();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0), security)
            .addService(ServerInterceptors.intercept(service, new Echo()))
            .build()
            .start();
    System.out.println("{\"port\":" + server.getPort() + "}");
    server.awaitTermination();
  }

  /** Sends metadata back that a request came with. */
  private static final class Echo implements ServerInterceptor {
    @Override
    public <Q, P> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, P> call, Metadata request, ServerCallHandler<Q, P> next) {
      return next.startCall(
          new SimpleForwardingServerCall<Q, P>(call) {
            @Override
            public void sendHeaders(Metadata headers) {
              copy(request, headers, Methods.INITIAL);
              super.sendHeaders(headers);
            }

            @Override
            public void close(Status status, Metadata trailers) {
              copy(request, trailers, Methods.TRAILING);
              super.close(status, trailers);
            }
          },
          request);
    }

    private static <T> void copy(Metadata from, Metadata to, Metadata.Key<T> key) {
      T value = from.get(key);
      if (value != null) {
        to.put(key, value);
      }
    }
  }

  private static void empty(Empty request, StreamObserver<Empty> replies) {
    replies.onNext(request);
    replies.onCompleted();
  }

  private static void unary(SimpleRequest request, StreamObserver<SimpleResponse> replies) {
    if (failed(request.getResponseStatus(), replies)) {
      return;
    }
    replies.onNext(SimpleResponse.newBuilder().setPayload(payload(request.getResponseSize())).build());
    replies.onCompleted();
  }

  private static void output(
      StreamingOutputCallRequest request, StreamObserver<StreamingOutputCallResponse> replies) {
    answer(request.getResponseParametersList(), replies);
    replies.onCompleted();
  }

  private static StreamObserver<StreamingInputCallRequest> input(
      StreamObserver<StreamingInputCallResponse> replies) {
    return new StreamObserver<>() {
      private int size;

      @Override
      public void onNext(StreamingInputCallRequest request) {
        size += request.getPayload().getBody().size();
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {
        replies.onNext(StreamingInputCallResponse.newBuilder().setAggregatedPayloadSize(size).build());
        replies.onCompleted();
      }
    };
  }

  private static StreamObserver<StreamingOutputCallRequest> duplex(
      StreamObserver<StreamingOutputCallResponse> replies) {
    return new StreamObserver<>() {
      private boolean ended;

      @Override
      public void onNext(StreamingOutputCallRequest request) {
        if (ended) {
          return;
        }
        ended = failed(request.getResponseStatus(), replies);
        if (!ended) {
          answer(request.getResponseParametersList(), replies);
        }
      }

      @Override
      public void onError(Throwable error) {
        ended = true;
      }

      @Override
      public void onCompleted() {
        if (!ended) {
          replies.onCompleted();
        }
      }
    };
  }

  private static void answer(
      List<ResponseParameters> parameters, StreamObserver<StreamingOutputCallResponse> replies) {
    for (ResponseParameters each : parameters) {
      replies.onNext(StreamingOutputCallResponse.newBuilder().setPayload(payload(each.getSize())).build());
    }
  }

  private static boolean failed(EchoStatus asked, StreamObserver<?> replies) {
    if (asked.getCode() == 0) {
      return false;
    }
    replies.onError(
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(asked.getCode())
                .setMessage(asked.getMessage())
                .addDetails(Any.pack(asked))
                .build()));
    return true;
  }

  private static Payload payload(int size) {
    return Payload.newBuilder().setBody(ByteString.copyFrom(new byte[size])).build();
  }

  private Serve() {}
}
