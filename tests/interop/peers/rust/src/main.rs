//! The tonic peer: `peer serve [CERT KEY]` serves grpc.testing.TestService on a free port and prints `{"port":N}`;
//! `peer call ADDRESS [CA]` makes each call and prints `{"case":NAME}` for it, with an `error` where it failed.
mod call;
mod messages;
mod serve;

mod service {
    include!(concat!(env!("OUT_DIR"), "/grpc.testing.TestService.rs"));
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", ..] => serve::run(&args[1..]).await,
        ["call", address, ..] => call::run(address, &args[2..]).await,
        _ => Err("usage: peer serve [CERT KEY] | peer call ADDRESS [CA]".into()),
    }
}
