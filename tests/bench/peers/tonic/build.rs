// The service is described by hand, so that building needs no protoc: the messages are in src/main.rs.
use tonic_build::manual::{Builder, Method, Service};

fn method(name: &str, route: &str, input: &str, client_streaming: bool, server_streaming: bool) -> Method {
    let mut builder = Method::builder()
        .name(name)
        .route_name(route)
        .input_type(input)
        .output_type("crate::HelloReply")
        .codec_path("tonic_prost::ProstCodec");
    if client_streaming {
        builder = builder.client_streaming();
    }
    if server_streaming {
        builder = builder.server_streaming();
    }
    builder.build()
}

fn main() {
    let greeter = Service::builder()
        .name("Greeter")
        .package("bench.v1")
        .method(method("say_hello", "SayHello", "crate::HelloRequest", false, false))
        .method(method("watch", "Watch", "crate::WatchRequest", false, true))
        .method(method("chat", "Chat", "crate::HelloRequest", true, true))
        .build();
    Builder::new().build_client(false).compile(&[greeter]);
}
