//! The client: makes each call and prints one line of JSON for it.
use std::error::Error;
use std::time::Duration;

use prost::Message;
use tonic::metadata::{BinaryMetadataValue, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Request};

use crate::messages::*;
use crate::service::test_service_client::TestServiceClient;

const LARGE_REQUEST: usize = 271_828;
const LARGE_RESPONSE: usize = 314_159;
const BIG: usize = 4_000_000;
const REQUEST_SIZES: [usize; 4] = [27182, 8, 1828, 45904];
const RESPONSE_SIZES: [usize; 4] = [31415, 9, 2653, 58979];
const PATIENCE: Duration = Duration::from_secs(30);

type Client = TestServiceClient<Channel>;
type Outcome = Result<(), Box<dyn Error>>;

pub async fn run(address: &str, files: &[String]) -> Outcome {
    let scheme = if files.is_empty() { "http" } else { "https" };
    let mut endpoint = Endpoint::from_shared(format!("{scheme}://{address}"))?;
    if let [authority] = files {
        let authority = Certificate::from_pem(std::fs::read(authority)?);
        endpoint = endpoint.tls_config(ClientTlsConfig::new().ca_certificate(authority).domain_name("localhost"))?;
    }
    let client = TestServiceClient::new(endpoint.connect().await?);
    say("empty_unary", empty_unary(client.clone())).await;
    say("large_unary", unary(client.clone(), LARGE_REQUEST, LARGE_RESPONSE)).await;
    say("client_streaming", client_streaming(client.clone())).await;
    say("server_streaming", server_streaming(client.clone())).await;
    say("ping_pong", ping_pong(client.clone())).await;
    say("custom_metadata", custom_metadata(client.clone())).await;
    say("error_details", error_details(client.clone())).await;
    say("deadline", deadline(client.clone())).await;
    say("big_message", unary(client.clone(), BIG, BIG)).await;
    Ok(())
}

async fn say(name: &str, case: impl Future<Output = Outcome>) {
    let failure = match tokio::time::timeout(PATIENCE, case).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(format!("it was not over after {PATIENCE:?}")),
    };
    let line = match failure {
        None => serde_json::json!({ "case": name }),
        Some(error) => serde_json::json!({ "case": name, "error": error }),
    };
    println!("{line}");
}

fn expect<T: PartialEq + std::fmt::Debug>(expected: T, actual: T) -> Outcome {
    if expected == actual { Ok(()) } else { Err(format!("expected {expected:?}, found {actual:?}").into()) }
}

fn output(request_size: usize, sizes: &[usize]) -> StreamingOutputCallRequest {
    let response_parameters = sizes.iter().map(|size| ResponseParameters { size: *size as i32 }).collect();
    StreamingOutputCallRequest { response_parameters, payload: payload(request_size), response_status: None }
}

async fn empty_unary(mut client: Client) -> Outcome {
    expect(&Empty {}, client.empty_call(Empty {}).await?.get_ref())
}

async fn unary(mut client: Client, request_size: usize, response_size: usize) -> Outcome {
    let request =
        SimpleRequest { response_size: response_size as i32, payload: payload(request_size), response_status: None };
    let reply = client.unary_call(request).await?.into_inner();
    expect(response_size, reply.payload.map_or(0, |payload| payload.body.len()))
}

async fn client_streaming(mut client: Client) -> Outcome {
    let requests = REQUEST_SIZES.map(|size| StreamingInputCallRequest { payload: payload(size) });
    let reply = client.streaming_input_call(tokio_stream::iter(requests)).await?;
    expect(74_922, reply.get_ref().aggregated_payload_size)
}

async fn server_streaming(mut client: Client) -> Outcome {
    let mut replies = client.streaming_output_call(output(0, &RESPONSE_SIZES)).await?.into_inner();
    let mut sizes = Vec::new();
    while let Some(reply) = replies.message().await? {
        sizes.push(reply.payload.map_or(0, |payload| payload.body.len()));
    }
    expect(RESPONSE_SIZES.to_vec(), sizes)
}

async fn ping_pong(mut client: Client) -> Outcome {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let requests = tokio_stream::wrappers::ReceiverStream::new(receiver);
    sender.send(output(REQUEST_SIZES[0], &RESPONSE_SIZES[..1])).await?;
    let mut replies = client.full_duplex_call(requests).await?.into_inner();
    for (index, size) in RESPONSE_SIZES.iter().enumerate() {
        let reply = replies.message().await?.ok_or("the stream ended")?;
        expect(*size, reply.payload.map_or(0, |payload| payload.body.len()))?;
        if let Some(next) = RESPONSE_SIZES.get(index + 1) {
            sender.send(output(REQUEST_SIZES[index + 1], &[*next])).await?;
        }
    }
    drop(sender);
    expect(None, replies.message().await?)
}

async fn custom_metadata(mut client: Client) -> Outcome {
    let initial = "test_initial_metadata_value";
    let trailing: BinaryMetadataValue = MetadataValue::from_bytes(&[0xab, 0xab, 0xab]);
    let mut request = Request::new(SimpleRequest { response_size: 1, payload: payload(1), response_status: None });
    request.metadata_mut().insert(ECHO_INITIAL, initial.parse()?);
    request.metadata_mut().insert_bin(ECHO_TRAILING, trailing);
    let reply = client.unary_call(request).await?;
    expect(Some(initial.as_bytes()), reply.metadata().get(ECHO_INITIAL).map(|value| value.as_bytes()))?;
    let received = reply.metadata().get_bin(ECHO_TRAILING).ok_or("there is no trailer")?.to_bytes()?;
    expect(&[0xab, 0xab, 0xab][..], &received[..])
}

async fn error_details(mut client: Client) -> Outcome {
    let asked = EchoStatus { code: Code::FailedPrecondition as i32, message: "détail".into() };
    let request = SimpleRequest { response_size: 0, payload: None, response_status: Some(asked.clone()) };
    let status = client.unary_call(request).await.err().ok_or("the call did not fail")?;
    expect((Code::FailedPrecondition, "détail"), (status.code(), status.message()))?;
    let details = RpcStatus::decode(status.details())?.details;
    expect(
        vec![(ECHO_STATUS.to_string(), asked.encode_to_vec())],
        details.into_iter().map(|any| (any.type_url, any.value)).collect(),
    )
}

async fn deadline(mut client: Client) -> Outcome {
    let mut request = Request::new(tokio_stream::pending());
    request.set_timeout(Duration::from_millis(100));
    let status = match client.full_duplex_call(request).await {
        Err(status) => status,
        Ok(reply) => reply.into_inner().message().await.err().ok_or("the call did not fail")?,
    };
    // tonic says Cancelled where its own timer strikes before the server's answer is there.
    expect(true, matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled))
}
