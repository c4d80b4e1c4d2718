//! The gRPC service of the tonic program, as tonic's generator makes it.

use std::fs;
use std::path::Path;

use tonic_build::manual::{Builder, Method, Service};

/// `frameworks/grpc/ticks.Ticks.rs`, from this description instead of a `.proto` file, for which
/// a build would need `protoc`.
fn service() -> Service {
    let method = |name, route| {
        Method::builder()
            .name(name)
            .route_name(route)
            .codec_path("tonic_prost::ProstCodec")
    };
    let next = method("next", "Next")
        .comment("The first tick after a number.")
        .input_type("super::NextRequest")
        .output_type("super::TickReply");
    let follow = method("follow", "Follow")
        .comment("The ticks after a number, as they come.")
        .input_type("super::FollowRequest")
        .output_type("super::TickReply")
        .server_streaming();
    Service::builder()
        .package("ticks")
        .name("Ticks")
        .comment("Numbered ticks.")
        .method(next.build())
        .method(follow.build())
        .build()
}

/// After a change of the description or of the generator, this writes the file anew:
/// `SSE_WRITE_GENERATED=1 cargo test -p sse-examples --test frameworks generated`
#[test]
fn the_grpc_service_is_as_the_generator_makes_it() {
    const NAME: &str = "ticks.Ticks.rs";
    let folder = tempfile::tempdir().unwrap();
    Builder::new().out_dir(folder.path()).compile(&[service()]);
    let generated = fs::read_to_string(folder.path().join(NAME)).unwrap();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("frameworks/grpc")
        .join(NAME);
    if std::env::var_os("SSE_WRITE_GENERATED").is_some() {
        fs::write(&committed, &generated).unwrap();
    }
    assert!(
        fs::read_to_string(&committed).is_ok_and(|committed| committed == generated),
        "{} is out of date; see this test",
        committed.display()
    );
}
