package client;

import com.google.protobuf.Any;
import greeter.v1.Greeter.ChatRequest;
import greeter.v1.Greeter.ChatResponse;
import greeter.v1.Greeter.CountDownRequest;
import greeter.v1.Greeter.GreetAllRequest;
import greeter.v1.Greeter.GreetAllResponse;
import greeter.v1.Greeter.KnownLanguages;
import greeter.v1.Greeter.Language;
import greeter.v1.Greeter.SayHelloRequest;
import greeter.v1.GreeterServiceGrpc.GreeterServiceBlockingStub;
import greeter.v1.GreeterServiceGrpc.GreeterServiceStub;
import greeter.v1.GreeterServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Calls a running greeter in native gRPC, and ends with 1 where an answer is wrong: Client [HOST:PORT] */
public final class Client {
  private static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;

  private Client(ManagedChannel channel) {
    this.channel = channel;
  }

  public static void main(String[] args) throws Exception {
    String address = args.length > 0 ? args[0] : "127.0.0.1:50051";
    ManagedChannel channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build();
    try {
      Client client = new Client(channel);
      client.unary();
      client.serverStreaming();
      client.clientStreaming();
      client.bidiStreaming();
      client.metadata();
      client.errorWithDetails();
      client.deadline();
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  /** Prints what came back, and fails where it is not what had to. */
  private static void check(String what, String actual, String expected) {
    if (!expected.equals(actual)) {
      throw new IllegalStateException(what + ": expected " + expected + ", got " + actual);
    }
    System.out.println(what + ": " + actual);
  }

  /** Calls that wait for their answer, ten seconds at most. */
  private GreeterServiceBlockingStub blocking() {
    return GreeterServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** Calls whose answers come to an observer. */
  private GreeterServiceStub async() {
    return GreeterServiceGrpc.newStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  private void unary() {
    SayHelloRequest request =
        SayHelloRequest.newBuilder().setName("Ada").setLanguage(Language.LANGUAGE_FRENCH).build();
    check("SayHello", blocking().sayHello(request).getText(), "Bonjour, Ada!");
  }

  private void serverStreaming() {
    CountDownRequest request = CountDownRequest.newBuilder().setFrom(3).setPauseMs(10).build();
    List<String> texts = new ArrayList<>();
    blocking().countDown(request).forEachRemaining(reply -> texts.add(reply.getText()));
    check("CountDown", String.join(" ", texts), "3 … 2 … 1 … Lift-off!");
  }

  private void clientStreaming() throws Exception {
    Replies<GreetAllResponse> replies = new Replies<>();
    StreamObserver<GreetAllRequest> requests = async().greetAll(replies);
    requests.onNext(GreetAllRequest.newBuilder().setName("Ada").build());
    requests.onNext(GreetAllRequest.newBuilder().setName("Grace").build());
    requests.onCompleted();
    check("GreetAll", replies.next().getText(), "Hello, Ada and Grace!");
  }

  /** Sends the second request when the first has its reply. */
  private void bidiStreaming() throws Exception {
    Replies<ChatResponse> replies = new Replies<>();
    StreamObserver<ChatRequest> requests = async().chat(replies);
    List<String> texts = new ArrayList<>();
    for (String name : List.of("Ada", "Grace")) {
      requests.onNext(ChatRequest.newBuilder().setName(name).build());
      texts.add(replies.next().getText());
    }
    requests.onCompleted();
    replies.end();
    check("Chat", String.join(" ", texts), "Hello, Ada! Hello, Grace!");
  }

  private void metadata() {
    Metadata sent = new Metadata();
    sent.put(REQUEST_ID, "42");
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    blocking()
        .withInterceptors(
            MetadataUtils.newAttachHeadersInterceptor(sent),
            MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
        .sayHello(SayHelloRequest.newBuilder().setName("Ada").build());
    check("x-request-id", headers.get().get(REQUEST_ID), "42");
  }

  private void errorWithDetails() throws Exception {
    try {
      blocking().sayHello(SayHelloRequest.newBuilder().setName("Ada").setLanguageValue(42).build());
    } catch (StatusRuntimeException error) {
      String text = error.getStatus().getCode() + " " + error.getStatus().getDescription();
      check("error", text, "INVALID_ARGUMENT the greeter does not speak language 42");
      List<String> names = new ArrayList<>();
      for (Any detail : StatusProto.fromThrowable(error).getDetailsList()) {
        detail.unpack(KnownLanguages.class).getLanguagesList().forEach(language -> names.add(language.name()));
      }
      check("details", String.join(" ", names), "LANGUAGE_ENGLISH LANGUAGE_FRENCH LANGUAGE_GERMAN");
      return;
    }
    throw new IllegalStateException("error: there was none");
  }

  private void deadline() {
    CountDownRequest request = CountDownRequest.newBuilder().setFrom(1000).setPauseMs(10_000).build();
    try {
      GreeterServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
          .countDown(request)
          .forEachRemaining(reply -> {});
    } catch (StatusRuntimeException error) {
      check("deadline", error.getStatus().getCode().name(), "DEADLINE_EXCEEDED");
      return;
    }
    throw new IllegalStateException("deadline: the call came to its end");
  }

  /** The replies of a stream, to be waited for one by one. */
  private static final class Replies<T> implements StreamObserver<T> {
    private static final Object END = new Object();
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void onNext(T reply) {
      events.add(reply);
    }

    @Override
    public void onError(Throwable error) {
      events.add(error);
    }

    @Override
    public void onCompleted() {
      events.add(END);
    }

    @SuppressWarnings("unchecked")
    T next() throws Exception {
      Object event = events.take();
      if (event instanceof Throwable error) {
        throw new IllegalStateException(error);
      }
      if (event == END) {
        throw new IllegalStateException("the stream ended before its reply");
      }
      return (T) event;
    }

    void end() throws Exception {
      Object event = events.take();
      if (event != END) {
        throw new IllegalStateException("expected the stream's end, got " + event);
      }
    }
  }
}
