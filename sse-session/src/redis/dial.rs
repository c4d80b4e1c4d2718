//! How a connection is made.

use ::redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _,
    ProtocolVersion, PushInfo, RedisError, RedisResult, aio::MultiplexedConnection,
};

use super::{RedisOptions, address::Address};
use crate::store::StoreError;

/// What takes what a server sends without being asked.
pub(super) trait Pushed: Fn(PushInfo) + Send + Sync + 'static {}

impl<F: Fn(PushInfo) + Send + Sync + 'static> Pushed for F {}

/// How a connection is made.
#[derive(Debug)]
pub(super) struct Dial {
    options: RedisOptions,
}

impl Dial {
    /// # Errors
    ///
    /// [`StoreError::Configuration`] if the options contradict each other.
    pub(super) fn new(options: &RedisOptions) -> Result<Self, StoreError> {
        let refuse = |problem: &str| {
            Err(StoreError::Configuration {
                problem: problem.into(),
            })
        };
        let is_unix = |address: &Address| matches!(address, Address::Unix(_));
        if options.servers.is_empty() {
            return refuse("a cluster has at least one node");
        }
        if options.cluster && options.database != 0 {
            return refuse("a cluster has one database, 0");
        }
        if options.tls.is_some() && options.servers.iter().any(is_unix) {
            return refuse("there is no TLS over a socket of this machine");
        }
        if options.tls.is_some() && cfg!(not(feature = "redis-tls")) {
            return refuse("TLS needs the feature `redis-tls`");
        }
        Ok(Self {
            options: options.clone(),
        })
    }

    /// Connects to this address, says who we are, and asks for RESP3.
    pub(super) async fn connect(
        &self,
        address: &Address,
        pushed: Option<impl Pushed>,
    ) -> RedisResult<MultiplexedConnection> {
        let options = &self.options;
        let mut config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(options.connect_timeout))
            .set_response_timeout(Some(options.response_timeout));
        if let Some(pushed) = pushed {
            config = config.set_push_sender(move |push| {
                pushed(push);
                Ok::<(), ::redis::aio::SendError>(())
            });
        }
        let client = self.client(address)?;
        client
            .get_multiplexed_async_connection_with_config(&config)
            .await
    }

    fn client(&self, address: &Address) -> RedisResult<Client> {
        let address = match (address, &self.options.tls) {
            (Address::Tcp(host, port), None) => ConnectionAddr::Tcp(host.clone(), *port),
            (Address::Tcp(host, port), Some(_)) => ConnectionAddr::TcpTls {
                host: host.clone(),
                port: *port,
                insecure: false,
                tls_params: None,
            },
            (Address::Unix(path), _) => ConnectionAddr::Unix(path.clone()),
        };
        let information = self.information(address)?;
        #[cfg(feature = "redis-tls")]
        if let Some(tls) = &self.options.tls {
            return encrypted(information, tls);
        }
        Client::open(information)
    }

    fn information(&self, address: ConnectionAddr) -> Result<ConnectionInfo, RedisError> {
        let information = address.into_connection_info()?;
        let mut settings = information.redis_settings().clone();
        settings = settings
            .set_protocol(ProtocolVersion::RESP3)
            .set_skip_set_lib_name()
            .set_db(self.options.database.into());
        if let Some(user) = &self.options.user {
            settings = settings.set_username(user);
        }
        if let Some(password) = &self.options.password {
            settings = settings.set_password(password);
        }
        let tcp = information.tcp_settings().clone().set_nodelay(true);
        Ok(information
            .set_tcp_settings(tcp)
            .set_redis_settings(settings))
    }
}

#[cfg(feature = "redis-tls")]
fn encrypted(information: ConnectionInfo, tls: &super::RedisTls) -> RedisResult<Client> {
    use ::redis::{ClientTlsConfig, TlsCertificates};
    use rustls::crypto::{CryptoProvider, ring};

    if CryptoProvider::get_default().is_none() {
        // Somebody else may be first, and is as good.
        let _ = ring::default_provider().install_default();
    }
    let client = tls.client.clone();
    let certificates = TlsCertificates {
        client_tls: client.map(|(client_cert, client_key)| ClientTlsConfig {
            client_cert,
            client_key,
        }),
        root_cert: tls.authorities.clone(),
    };
    Client::build_with_tls(information, certificates)
}
