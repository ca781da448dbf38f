// Calls a running greeter in native gRPC, and ends with 1 where an answer is wrong: client [HOST:PORT]
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <grpcpp/grpcpp.h>

#include "greeter/v1/greeter.grpc.pb.h"
#include "status.pb.h"

using namespace greeter::v1;
using Greeter = GreeterService::Stub;

// Prints what came back, and fails where it is not what had to.
void check(const std::string& what, const std::string& actual, const std::string& expected) {
  if (actual != expected) throw std::runtime_error(what + ": expected " + expected + ", got " + actual);
  std::cout << what << ": " << actual << std::endl;
}

// The name that gRPC's documentation has for a status's code.
std::string code(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK: return "OK";
    case grpc::StatusCode::INVALID_ARGUMENT: return "INVALID_ARGUMENT";
    case grpc::StatusCode::DEADLINE_EXCEEDED: return "DEADLINE_EXCEEDED";
    default: return std::to_string(status.error_code());
  }
}

void require(const std::string& what, const grpc::Status& status) {
  if (!status.ok()) throw std::runtime_error(what + ": " + code(status) + " " + status.error_message());
}

// What each call is made with: so much time, and no more.
struct Context : grpc::ClientContext {
  explicit Context(std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    set_deadline(std::chrono::system_clock::now() + timeout);
  }
};

SayHelloRequest ada(Language language) {
  SayHelloRequest request;
  request.set_name("Ada");
  request.set_language(language);
  return request;
}

void unary(Greeter& greeter) {
  Context context;
  SayHelloResponse reply;
  require("SayHello", greeter.SayHello(&context, ada(LANGUAGE_FRENCH), &reply));
  check("SayHello", reply.text(), "Bonjour, Ada!");
}

void server_streaming(Greeter& greeter) {
  Context context;
  CountDownRequest request;
  request.set_from(3);
  request.set_pause_ms(10);
  auto replies = greeter.CountDown(&context, request);
  std::string texts;
  for (CountDownResponse reply; replies->Read(&reply);) texts += (texts.empty() ? "" : " ") + reply.text();
  require("CountDown", replies->Finish());
  check("CountDown", texts, "3 … 2 … 1 … Lift-off!");
}

void client_streaming(Greeter& greeter) {
  Context context;
  GreetAllResponse reply;
  auto requests = greeter.GreetAll(&context, &reply);
  for (const char* name : {"Ada", "Grace"}) {
    GreetAllRequest request;
    request.set_name(name);
    requests->Write(request);
  }
  requests->WritesDone();
  require("GreetAll", requests->Finish());
  check("GreetAll", reply.text(), "Hello, Ada and Grace!");
}

// Sends the second request when the first has its reply.
void bidi_streaming(Greeter& greeter) {
  Context context;
  auto stream = greeter.Chat(&context);
  std::string texts;
  ChatResponse reply;
  for (const char* name : {"Ada", "Grace"}) {
    ChatRequest request;
    request.set_name(name);
    if (!stream->Write(request) || !stream->Read(&reply)) break;
    texts += (texts.empty() ? "" : " ") + reply.text();
  }
  stream->WritesDone();
  while (stream->Read(&reply)) texts += " " + reply.text();
  require("Chat", stream->Finish());
  check("Chat", texts, "Hello, Ada! Hello, Grace!");
}

void metadata(Greeter& greeter) {
  Context context;
  context.AddMetadata("x-request-id", "42");
  SayHelloResponse reply;
  require("x-request-id", greeter.SayHello(&context, ada(LANGUAGE_UNSPECIFIED), &reply));
  const auto& header = context.GetServerInitialMetadata();
  auto id = header.find("x-request-id");
  check("x-request-id", id == header.end() ? "" : std::string(id->second.data(), id->second.size()), "42");
}

void error_with_details(Greeter& greeter) {
  Context context;
  SayHelloResponse reply;
  grpc::Status failure = greeter.SayHello(&context, ada(static_cast<Language>(42)), &reply);
  std::string text = code(failure) + " " + failure.error_message();
  check("error", text, "INVALID_ARGUMENT the greeter does not speak language 42");
  google::rpc::Status status;
  status.ParseFromString(failure.error_details());
  std::string names;
  for (const auto& detail : status.details()) {
    KnownLanguages known;
    if (!detail.UnpackTo(&known)) throw std::runtime_error("details: expected KnownLanguages, got " + detail.type_url());
    for (int language : known.languages()) {
      names += (names.empty() ? "" : " ") + Language_Name(static_cast<Language>(language));
    }
  }
  check("details", names, "LANGUAGE_ENGLISH LANGUAGE_FRENCH LANGUAGE_GERMAN");
}

void deadline(Greeter& greeter) {
  Context context(std::chrono::milliseconds(200));
  CountDownRequest request;
  request.set_from(1000);
  request.set_pause_ms(10'000);
  auto replies = greeter.CountDown(&context, request);
  for (CountDownResponse reply; replies->Read(&reply);) {
  }
  check("deadline", code(replies->Finish()), "DEADLINE_EXCEEDED");
}

int main(int argc, char** argv) {
  const char* address = argc > 1 ? argv[1] : "127.0.0.1:50051";
  auto greeter = GreeterService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  try {
    unary(*greeter);
    server_streaming(*greeter);
    client_streaming(*greeter);
    bidi_streaming(*greeter);
    metadata(*greeter);
    error_with_details(*greeter);
    deadline(*greeter);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return EXIT_FAILURE;
  }
}
