//! How a server is recognised over TLS.

use core::fmt;

/// How a server is recognised over TLS, and this client by it. Needs the feature `redis-tls`.
///
/// Unless told otherwise: a server whose certificate is signed by whom the operating system trusts, and no
/// certificate of our own. The name in the certificate has to be the one that is connected to.
#[derive(Clone, Default)]
#[must_use]
pub struct RedisTls {
    pub(super) authorities: Option<Vec<u8>>,
    pub(super) client: Option<(Vec<u8>, Vec<u8>)>,
}

impl RedisTls {
    /// Trusts these authorities and no others: their certificates in PEM.
    pub fn with_authorities(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities = Some(pem.into());
        self
    }

    /// Shows this certificate, by this key, both in PEM.
    pub fn with_client_certificate(
        mut self,
        certificate: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.client = Some((certificate.into(), key.into()));
        self
    }
}

/// Without what is in it.
impl fmt::Debug for RedisTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisTls")
            .field("authorities", &self.authorities.is_some())
            .field("client", &self.client.is_some())
            .finish()
    }
}
