//! The servers, each started when it is needed first and kept until the process ends.

use core::time::Duration;
use std::{path::Path, sync::OnceLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use sse_session::redis::{RedisDurability, RedisOptions, RedisTls};
use sse_tests::servers::{Place, Redis, RedisCluster};

/// Longer than a busy machine takes for anything.
const PATIENT: Duration = Duration::from_secs(30);

fn at(server: &Redis) -> RedisOptions {
    RedisOptions::new("127.0.0.1", server.address().port()).with_response_timeout(PATIENT)
}

fn start(settings: &[&str]) -> Option<Redis> {
    let place = Place::new();
    let command = Redis::command(&Redis::program()?, &place, settings);
    Some(Redis::start_until_exit(place, &command))
}

fn with_file() -> Option<&'static Redis> {
    static SERVER: OnceLock<Option<Redis>> = OnceLock::new();
    SERVER
        .get_or_init(|| start(&["--appendonly", "yes"]))
        .as_ref()
}

/// With an append-only file.
pub(crate) fn plain() -> Option<RedisOptions> {
    Some(at(with_file()?))
}

/// The same server by its socket, in another database.
pub(crate) fn unix() -> Option<RedisOptions> {
    let options = RedisOptions::unix(with_file()?.socket());
    Some(options.with_database(3).with_response_timeout(PATIENT))
}

/// Without any persistence, by its URL.
pub(crate) fn volatile() -> Option<RedisOptions> {
    static SERVER: OnceLock<Option<Redis>> = OnceLock::new();
    let server = SERVER.get_or_init(|| start(&[])).as_ref()?;
    let url = format!("redis://{}/7", server.address());
    let options = RedisOptions::from_url(&url).unwrap();
    Some(options.with_response_timeout(PATIENT))
}

/// Three masters.
pub(crate) fn cluster() -> Option<RedisOptions> {
    static CLUSTER: OnceLock<Option<RedisCluster>> = OnceLock::new();
    let start = || Some(RedisCluster::start_until_exit(&Redis::program()?));
    let nodes = CLUSTER.get_or_init(start).as_ref()?.nodes().iter();
    let nodes = nodes.map(|node| ("127.0.0.1", node.address().port()));
    Some(RedisOptions::cluster(nodes).with_response_timeout(PATIENT))
}

/// A master and a replica, which has to have what is acknowledged.
pub(crate) fn replicated() -> Option<RedisOptions> {
    static SERVERS: OnceLock<Option<(Redis, Redis)>> = OnceLock::new();
    let start = || {
        let master = start(&[])?;
        let port = master.address().port().to_string();
        let replica = start(&["--replicaof", "127.0.0.1", &port])?;
        replica.wait_for("INFO replication", "master_link_status:up");
        master.wait_for("INFO replication", "state=online");
        Some((master, replica))
    };
    let (master, _) = SERVERS.get_or_init(start).as_ref()?;
    let durability = RedisDurability::Replicated {
        replicas: 1,
        timeout: PATIENT / 2,
    };
    Some(at(master).with_durability(durability))
}

/// What a user needs to be allowed, besides the keys and channels of the prefix.
const ALLOWED: &str = "+select +info +ping +eval +evalsha +wait \
    +time +get +set +del +exists +hget +hmget +hset +hdel +pexpire +pexpireat +persist \
    +xadd +xrange +xtrim +xlen +zadd +zrem +zscore +zcard +zcount +zrange +zrevrange +zrangebyscore \
    +publish +subscribe +unsubscribe";

/// Over TLS on both sides, as a user who may do no more than is needed.
pub(crate) fn encrypted() -> Option<RedisOptions> {
    static SERVER: OnceLock<Option<(Redis, RedisTls)>> = OnceLock::new();
    let (server, tls) = SERVER.get_or_init(start_encrypted).as_ref()?;
    Some(
        RedisOptions::new("localhost", server.address().port())
            .with_response_timeout(PATIENT)
            .with_tls(tls.clone())
            .with_user("sse")
            .with_password("open-sesame"),
    )
}

fn start_encrypted() -> Option<(Redis, RedisTls)> {
    let program = Redis::program()?;
    let place = Place::new();
    let tls = write_certificates(&place);
    let user = format!("user sse on >open-sesame ~{{test-* &{{test-* {ALLOWED}");
    let file = place.write("redis.conf", &format!("user default off\n{user}\n"));
    let command = encrypted_command(&program, &place, &file);
    Some((Redis::start_until_exit(place, &command), tls))
}

fn encrypted_command(program: &Path, place: &Place, file: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(program);
    command.arg(file);
    let port = place.port().to_string();
    command.args(["--bind", "127.0.0.1", "--port", "0", "--tls-port", &port]);
    command.arg("--dir").arg(place.directory());
    command.args(["--save", "", "--appendonly", "yes"]);
    for (setting, file) in [
        ("--tls-ca-cert-file", "authority.pem"),
        ("--tls-cert-file", "server.pem"),
        ("--tls-key-file", "server.key"),
    ] {
        command.arg(setting).arg(place.directory().join(file));
    }
    command
}

/// An authority, what it says of the server, and of us.
fn write_certificates(place: &Place) -> RedisTls {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    // Else it would have the name of those that it signs.
    authority
        .distinguished_name
        .push(DnType::CommonName, "authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let signed = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let mut certificate = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let names = &mut certificate.distinguished_name;
        names.push(DnType::CommonName, name);
        let certificate = certificate.signed_by(&key, &authority).unwrap();
        (certificate.pem(), key.serialize_pem())
    };
    let (server, key) = signed("localhost");
    place.write("authority.pem", &authority.pem());
    place.write("server.pem", &server);
    place.write("server.key", &key);
    let (client, key) = signed("client");
    RedisTls::default()
        .with_authorities(authority.pem())
        .with_client_certificate(client, key)
}
