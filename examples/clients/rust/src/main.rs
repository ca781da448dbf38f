//! Calls a running greeter in native gRPC, and ends with 1 where an answer is wrong: greeter-client [HOST:PORT]
use std::error::Error;
use std::time::Duration;

use greeter::greeter_service_client::GreeterServiceClient;
use greeter::{ChatRequest, CountDownRequest, GreetAllRequest, KnownLanguages, Language, SayHelloRequest};
use prost::Message;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status, Streaming};

mod greeter {
    tonic::include_proto!("greeter.v1");
}

type Client = GreeterServiceClient<Channel>;
type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50051".into());
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
    let client = GreeterServiceClient::new(channel);
    unary(client.clone()).await?;
    server_streaming(client.clone()).await?;
    client_streaming(client.clone()).await?;
    bidi_streaming(client.clone()).await?;
    metadata(client.clone()).await?;
    error_with_details(client.clone()).await?;
    deadline(client).await
}

/// Prints what came back, and fails where it is not what had to.
fn check(what: &str, actual: &str, expected: &str) -> Outcome {
    if actual != expected {
        return Err(format!("{what}: expected {expected:?}, got {actual:?}").into());
    }
    println!("{what}: {actual}");
    Ok(())
}

/// A request that has ten seconds.
fn patient<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(Duration::from_secs(10));
    request
}

fn ada(language: i32) -> SayHelloRequest {
    SayHelloRequest { name: "Ada".into(), language }
}

async fn unary(mut client: Client) -> Outcome {
    let reply = client.say_hello(patient(ada(Language::French.into()))).await?;
    check("SayHello", &reply.get_ref().text, "Bonjour, Ada!")
}

async fn server_streaming(mut client: Client) -> Outcome {
    let request = patient(CountDownRequest { from: 3, pause_ms: 10 });
    let mut replies = client.count_down(request).await?.into_inner();
    let mut texts = Vec::new();
    while let Some(reply) = replies.message().await? {
        texts.push(reply.text);
    }
    check("CountDown", &texts.join(" "), "3 … 2 … 1 … Lift-off!")
}

async fn client_streaming(mut client: Client) -> Outcome {
    let requests = ["Ada", "Grace"].map(|name| GreetAllRequest { name: name.into(), ..Default::default() });
    let reply = client.greet_all(patient(tokio_stream::iter(requests))).await?;
    check("GreetAll", &reply.get_ref().text, "Hello, Ada and Grace!")
}

/// Sends the second request when the first has its reply. The first has to be under way before `chat` is awaited: the server
/// answers nothing until it has something to answer.
async fn bidi_streaming(mut client: Client) -> Outcome {
    let [ada, grace] = ["Ada", "Grace"].map(|name| ChatRequest { name: name.into(), ..Default::default() });
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    sender.send(ada).await?;
    let mut replies = client.chat(patient(ReceiverStream::new(receiver))).await?.into_inner();
    let first = replies.message().await?.ok_or("Chat: it ended before its first reply")?;
    sender.send(grace).await?;
    let second = replies.message().await?.ok_or("Chat: it ended before its second reply")?;
    drop(sender);
    if let Some(reply) = replies.message().await? {
        return Err(format!("Chat: expected its end, got {reply:?}").into());
    }
    check("Chat", &format!("{} {}", first.text, second.text), "Hello, Ada! Hello, Grace!")
}

async fn metadata(mut client: Client) -> Outcome {
    let mut request = patient(ada(0));
    request.metadata_mut().insert("x-request-id", "42".parse()?);
    let reply = client.say_hello(request).await?;
    let id = reply.metadata().get("x-request-id").ok_or("x-request-id: there is none")?;
    check("x-request-id", id.to_str()?, "42")
}

async fn error_with_details(mut client: Client) -> Outcome {
    let status = client.say_hello(patient(ada(42))).await.err().ok_or("error: there was none")?;
    let text = format!("{} {}", code(&status), status.message());
    check("error", &text, "INVALID_ARGUMENT the greeter does not speak language 42")?;
    let details = tonic_types::pb::Status::decode(status.details())?.details;
    let mut names = Vec::new();
    for detail in details {
        names.extend(detail.to_msg::<KnownLanguages>()?.languages().map(|language| language.as_str_name()));
    }
    check("details", &names.join(" "), "LANGUAGE_ENGLISH LANGUAGE_FRENCH LANGUAGE_GERMAN")
}

async fn deadline(mut client: Client) -> Outcome {
    let mut request = Request::new(CountDownRequest { from: 1000, pause_ms: 10_000 });
    request.set_timeout(Duration::from_millis(200));
    let status = match client.count_down(request).await {
        Ok(reply) => failure_of(reply.into_inner()).await.ok_or("deadline: the call came to its end")?,
        Err(status) => status,
    };
    check("deadline", code(&status), "DEADLINE_EXCEEDED")
}

/// How a stream fails; none where it comes to its end.
async fn failure_of<T>(mut replies: Streaming<T>) -> Option<Status> {
    loop {
        match replies.message().await {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(status) => return Some(status),
        }
    }
}

/// The name that gRPC's documentation has for a status's code.
fn code(status: &Status) -> &'static str {
    match status.code() {
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        // What tonic's own clock says before the first reply has come.
        Code::Cancelled if status.message() == "Timeout expired" => "DEADLINE_EXCEEDED",
        other => other.description(),
    }
}
