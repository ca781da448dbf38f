// Makes the messages and the client of the exported .proto; protox compiles it, so that no protoc is needed.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = "../../greeter/proto";
    println!("cargo::rerun-if-changed={folder}");
    let mut config = tonic_prost_build::Config::new();
    // Details of errors are found by their messages' names.
    config.enable_type_names();
    let files = protox::compile(["greeter/v1/greeter.proto"], [folder])?;
    tonic_prost_build::configure().build_server(false).compile_fds_with_config(files, config)?;
    Ok(())
}
