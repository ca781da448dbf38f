//! The tonic subject: answers the Greeter service on a free port, on one thread, and says its port in one JSON line.
use std::pin::Pin;

use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt};
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};

mod greeter {
    include!(concat!(env!("OUT_DIR"), "/bench.v1.Greeter.rs"));
}
use greeter::greeter_server::{Greeter, GreeterServer};

#[derive(Clone, PartialEq, prost::Message)]
pub struct HelloRequest {
    #[prost(string, tag = "1")]
    pub name: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct WatchRequest {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(int32, tag = "2")]
    pub count: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct HelloReply {
    #[prost(string, tag = "1")]
    pub message: String,
}

fn greet(name: &str) -> HelloReply {
    HelloReply { message: format!("Hello, {name}!") }
}

type Replies = Pin<Box<dyn Stream<Item = Result<HelloReply, Status>> + Send>>;

struct Greetings;

#[tonic::async_trait]
impl Greeter for Greetings {
    type WatchStream = Replies;
    type ChatStream = Replies;

    async fn say_hello(&self, request: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        Ok(Response::new(greet(&request.get_ref().name)))
    }

    async fn watch(&self, request: Request<WatchRequest>) -> Result<Response<Replies>, Status> {
        let WatchRequest { name, count } = request.into_inner();
        Ok(Response::new(Box::pin(tokio_stream::iter((0..count).map(move |_| Ok(greet(&name)))))))
    }

    async fn chat(&self, request: Request<Streaming<HelloRequest>>) -> Result<Response<Replies>, Status> {
        Ok(Response::new(Box::pin(request.into_inner().map(|each| each.map(|request| greet(&request.name))))))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{{\"port\":{}}}", listener.local_addr()?.port());
    let sockets = TcpListenerStream::new(listener).map(|socket| {
        socket.inspect(|stream| stream.set_nodelay(true).unwrap_or_else(|error| eprintln!("set_nodelay: {error}")))
    });
    Server::builder().add_service(GreeterServer::new(Greetings)).serve_with_incoming(sockets).await?;
    Ok(())
}
