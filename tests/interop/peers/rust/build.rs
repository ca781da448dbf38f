// The service is described by hand, so that building needs no protoc: the messages are in src/messages.rs.
use tonic_build::manual::{Builder, Method, Service};

fn method(name: &str, route: &str, input: &str, output: &str, streaming: (bool, bool)) -> Method {
    let mut builder = Method::builder()
        .name(name)
        .route_name(route)
        .input_type(format!("crate::messages::{input}"))
        .output_type(format!("crate::messages::{output}"))
        .codec_path("tonic_prost::ProstCodec");
    if streaming.0 {
        builder = builder.client_streaming();
    }
    if streaming.1 {
        builder = builder.server_streaming();
    }
    builder.build()
}

fn main() {
    let output = ("StreamingOutputCallRequest", "StreamingOutputCallResponse");
    let service = Service::builder()
        .name("TestService")
        .package("grpc.testing")
        .method(method("empty_call", "EmptyCall", "Empty", "Empty", (false, false)))
        .method(method("unary_call", "UnaryCall", "SimpleRequest", "SimpleResponse", (false, false)))
        .method(method("streaming_output_call", "StreamingOutputCall", output.0, output.1, (false, true)))
        .method(method(
            "streaming_input_call",
            "StreamingInputCall",
            "StreamingInputCallRequest",
            "StreamingInputCallResponse",
            (true, false),
        ))
        .method(method("full_duplex_call", "FullDuplexCall", output.0, output.1, (true, true)))
        .build();
    Builder::new().compile(&[service]);
}
