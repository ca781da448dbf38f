//! The server: errors carry the status that was asked for in their details.
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderMap, Request as HttpRequest, Response as HttpResponse};
use http_body_util::BodyExt;
use prost::Message;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt};
use tonic::body::Body;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Code, Request, Response, Status, Streaming};
use tower::{Service, ServiceBuilder};

use crate::messages::*;
use crate::service::test_service_server::{TestService, TestServiceServer};

type Replies = Pin<Box<dyn Stream<Item = Result<StreamingOutputCallResponse, Status>> + Send>>;

struct Peer;

fn fail_if_asked(asked: &Option<EchoStatus>) -> Result<(), Status> {
    match asked {
        Some(status) if status.code != 0 => {
            let detail = prost_types::Any { type_url: ECHO_STATUS.into(), value: status.encode_to_vec() };
            let details = RpcStatus { code: status.code, message: status.message.clone(), details: vec![detail] };
            let code = Code::from(status.code);
            Err(Status::with_details(code, status.message.clone(), details.encode_to_vec().into()))
        }
        _ => Ok(()),
    }
}

fn replies(request: &StreamingOutputCallRequest) -> Vec<Result<StreamingOutputCallResponse, Status>> {
    if let Err(status) = fail_if_asked(&request.response_status) {
        return vec![Err(status)];
    }
    let reply = |each: &ResponseParameters| Ok(StreamingOutputCallResponse { payload: payload(each.size as usize) });
    request.response_parameters.iter().map(reply).collect()
}

#[tonic::async_trait]
impl TestService for Peer {
    type StreamingOutputCallStream = Replies;
    type FullDuplexCallStream = Replies;

    async fn empty_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Ok(Response::new(Empty {}))
    }

    async fn unary_call(&self, request: Request<SimpleRequest>) -> Result<Response<SimpleResponse>, Status> {
        fail_if_asked(&request.get_ref().response_status)?;
        Ok(Response::new(SimpleResponse { payload: payload(request.get_ref().response_size as usize) }))
    }

    async fn streaming_output_call(
        &self,
        request: Request<StreamingOutputCallRequest>,
    ) -> Result<Response<Replies>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::iter(replies(request.get_ref())))))
    }

    async fn streaming_input_call(
        &self,
        request: Request<Streaming<StreamingInputCallRequest>>,
    ) -> Result<Response<StreamingInputCallResponse>, Status> {
        let mut requests = request.into_inner();
        let mut aggregated_payload_size = 0;
        while let Some(request) = requests.message().await? {
            aggregated_payload_size += request.payload.map_or(0, |payload| payload.body.len()) as i32;
        }
        Ok(Response::new(StreamingInputCallResponse { aggregated_payload_size }))
    }

    async fn full_duplex_call(
        &self,
        request: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let (sender, receiver) = tokio::sync::mpsc::channel(16);
        let mut requests = request.into_inner();
        tokio::spawn(async move {
            while let Ok(Some(request)) = requests.message().await {
                for reply in replies(&request) {
                    let failed = reply.is_err();
                    if sender.send(reply).await.is_err() || failed {
                        return;
                    }
                }
            }
        });
        Ok(Response::new(Box::pin(tokio_stream::wrappers::ReceiverStream::new(receiver))))
    }
}

/// Sends metadata back that a request came with: tonic's handlers have no trailers of their own.
#[derive(Clone)]
struct Echo<S>(S);

impl<S> Service<HttpRequest<Body>> for Echo<S>
where
    S: Service<HttpRequest<Body>, Response = HttpResponse<Body>, Error = Infallible> + Send,
    S::Future: Send + 'static,
{
    type Response = HttpResponse<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Self::Future {
        let initial = request.headers().get(ECHO_INITIAL).cloned();
        let trailing = request.headers().get(ECHO_TRAILING).cloned();
        let reply = self.0.call(request);
        Box::pin(async move {
            let mut reply = reply.await?;
            if let Some(value) = initial {
                reply.headers_mut().insert(ECHO_INITIAL, value);
            }
            let Some(value) = trailing else { return Ok(reply) };
            let trailers = HeaderMap::from_iter([(http::HeaderName::from_static(ECHO_TRAILING), value)]);
            Ok(reply.map(|body| Body::new(body.with_trailers(async { Some(Ok(trailers)) }))))
        })
    }
}

pub async fn run(files: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{{\"port\":{}}}", listener.local_addr()?.port());
    let mut server = Server::builder();
    if let [certificate, key] = files {
        let identity = Identity::from_pem(std::fs::read(certificate)?, std::fs::read(key)?);
        server = server.tls_config(ServerTlsConfig::new().identity(identity))?;
    }
    let sockets = TcpListenerStream::new(listener).map(|socket| {
        socket.inspect(|stream| stream.set_nodelay(true).unwrap_or_else(|error| eprintln!("set_nodelay: {error}")))
    });
    server
        .layer(ServiceBuilder::new().layer_fn(Echo).into_inner())
        .add_service(TestServiceServer::new(Peer))
        .serve_with_incoming(sockets)
        .await?;
    Ok(())
}
