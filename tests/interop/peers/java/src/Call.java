import grpc.testing.Interop.EchoStatus;
import grpc.testing.Interop.Empty;
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
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The client: makes each call and prints one line of JSON for it. */
final class Call {
  private static final int LARGE_REQUEST = 271_828;
  private static final int LARGE_RESPONSE = 314_159;
  private static final int BIG = 4_000_000;
  private static final int[] REQUEST_SIZES = {27182, 8, 1828, 45904};
  private static final int[] RESPONSE_SIZES = {31415, 9, 2653, 58979};
  private static final int PATIENCE_S = 30;

  private interface Case {
    void run(Channel channel) throws Exception;
  }

  /** What a stream brought: messages, and its end as a status. */
  private static final class Replies<T> implements StreamObserver<T> {
    final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void onNext(T message) {
      events.add(message);
    }

    @Override
    public void onError(Throwable error) {
      events.add(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      events.add(Status.OK);
    }

    Object next() throws InterruptedException {
      return events.poll(PATIENCE_S, TimeUnit.SECONDS);
    }
  }

  static void run(String address, String[] files) throws Exception {
    ChannelCredentials security =
        files.length == 1
            ? TlsChannelCredentials.newBuilder().trustManager(new File(files[0])).build()
            : InsecureChannelCredentials.create();
    ManagedChannel channel = Grpc.newChannelBuilder(address, security).overrideAuthority("localhost").build();
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("empty_unary", Call::emptyUnary);
    cases.put("large_unary", Call::largeUnary);
    cases.put("client_streaming", Call::clientStreaming);
    cases.put("server_streaming", Call::serverStreaming);
    cases.put("ping_pong", Call::pingPong);
    cases.put("custom_metadata", Call::customMetadata);
    cases.put("error_details", Call::errorDetails);
    cases.put("deadline", Call::deadline);
    cases.put("big_message", Call::bigMessage);
    for (Map.Entry<String, Case> each : cases.entrySet()) {
      String failure = "";
      try {
        each.getValue().run(channel);
      } catch (Exception error) {
        failure = ",\"error\":\"" + error.toString().replaceAll("[^ -!#-\\[\\]-~]", "?") + "\"";
      }
      System.out.println("{\"case\":\"" + each.getKey() + "\"" + failure + "}");
    }
    channel.shutdownNow();
  }

  private static void expect(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new IllegalStateException("expected " + expected + ", found " + actual);
    }
  }

  private static CallOptions options() {
    return CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_S, TimeUnit.SECONDS);
  }

  private static Payload payload(int size) {
    return Payload.newBuilder().setBody(ByteString.copyFrom(new byte[size])).build();
  }

  private static SimpleRequest simple(int requestSize, int responseSize) {
    return SimpleRequest.newBuilder().setPayload(payload(requestSize)).setResponseSize(responseSize).build();
  }

  private static StreamingOutputCallRequest output(int requestSize, int... sizes) {
    StreamingOutputCallRequest.Builder request = StreamingOutputCallRequest.newBuilder().setPayload(payload(requestSize));
    for (int size : sizes) {
      request.addResponseParameters(ResponseParameters.newBuilder().setSize(size));
    }
    return request.build();
  }

  private static void emptyUnary(Channel channel) {
    Empty reply = ClientCalls.blockingUnaryCall(channel, Methods.EMPTY, options(), Empty.getDefaultInstance());
    expect(Empty.getDefaultInstance(), reply);
  }

  private static void largeUnary(Channel channel) {
    unary(channel, LARGE_REQUEST, LARGE_RESPONSE);
  }

  private static void bigMessage(Channel channel) {
    unary(channel, BIG, BIG);
  }

  private static void unary(Channel channel, int requestSize, int responseSize) {
    SimpleResponse reply =
        ClientCalls.blockingUnaryCall(channel, Methods.UNARY, options(), simple(requestSize, responseSize));
    expect(payload(responseSize), reply.getPayload());
  }

  private static void clientStreaming(Channel channel) throws Exception {
    Replies<StreamingInputCallResponse> replies = new Replies<>();
    StreamObserver<StreamingInputCallRequest> requests =
        ClientCalls.asyncClientStreamingCall(channel.newCall(Methods.INPUT, options()), replies);
    for (int size : REQUEST_SIZES) {
      requests.onNext(StreamingInputCallRequest.newBuilder().setPayload(payload(size)).build());
    }
    requests.onCompleted();
    expect(StreamingInputCallResponse.newBuilder().setAggregatedPayloadSize(74_922).build(), replies.next());
    expect(Status.OK, replies.next());
  }

  private static void serverStreaming(Channel channel) {
    Iterator<StreamingOutputCallResponse> replies =
        ClientCalls.blockingServerStreamingCall(channel, Methods.OUTPUT, options(), output(0, RESPONSE_SIZES));
    List<Integer> sizes = new ArrayList<>();
    replies.forEachRemaining(reply -> sizes.add(reply.getPayload().getBody().size()));
    expect(Arrays.stream(RESPONSE_SIZES).boxed().toList(), sizes);
  }

  private static void pingPong(Channel channel) throws Exception {
    Replies<StreamingOutputCallResponse> replies = new Replies<>();
    StreamObserver<StreamingOutputCallRequest> requests =
        ClientCalls.asyncBidiStreamingCall(channel.newCall(Methods.DUPLEX, options()), replies);
    for (int i = 0; i < RESPONSE_SIZES.length; i++) {
      requests.onNext(output(REQUEST_SIZES[i], RESPONSE_SIZES[i]));
      StreamingOutputCallResponse expected =
          StreamingOutputCallResponse.newBuilder().setPayload(payload(RESPONSE_SIZES[i])).build();
      expect(expected, replies.next());
    }
    requests.onCompleted();
    expect(Status.OK, replies.next());
  }

  private static void customMetadata(Channel channel) {
    Metadata sent = new Metadata();
    sent.put(Methods.INITIAL, "test_initial_metadata_value");
    sent.put(Methods.TRAILING, new byte[] {(byte) 0xab, (byte) 0xab, (byte) 0xab});
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    Channel captured =
        ClientInterceptors.intercept(
            channel,
            MetadataUtils.newAttachHeadersInterceptor(sent),
            MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
    largeUnary(captured);
    expect("test_initial_metadata_value", headers.get().get(Methods.INITIAL));
    expect("[-85, -85, -85]", Arrays.toString(trailers.get().get(Methods.TRAILING)));
  }

  private static void errorDetails(Channel channel) throws Exception {
    EchoStatus asked = EchoStatus.newBuilder().setCode(9).setMessage("d\u00e9tail").build();
    SimpleRequest request = SimpleRequest.newBuilder().setResponseStatus(asked).build();
    try {
      ClientCalls.blockingUnaryCall(channel, Methods.UNARY, options(), request);
    } catch (StatusRuntimeException error) {
      expect(Status.Code.FAILED_PRECONDITION, error.getStatus().getCode());
      expect("d\u00e9tail", error.getStatus().getDescription());
      List<Any> details = StatusProto.fromThrowable(error).getDetailsList();
      expect(1, details.size());
      expect(asked, details.get(0).unpack(EchoStatus.class));
      return;
    }
    throw new IllegalStateException("the call did not fail");
  }

  private static void deadline(Channel channel) throws Exception {
    CallOptions short_ = CallOptions.DEFAULT.withDeadlineAfter(100, TimeUnit.MILLISECONDS);
    Replies<StreamingOutputCallResponse> replies = new Replies<>();
    ClientCalls.asyncBidiStreamingCall(channel.newCall(Methods.DUPLEX, short_), replies);
    expect(Status.Code.DEADLINE_EXCEEDED, ((Status) replies.next()).getCode());
  }

  private Call() {}
}
