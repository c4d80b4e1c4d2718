//! What is sent.

use core::fmt;
use std::io::{self, Read as _};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::Full;

/// What is asked for, as the command line says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) uri: Uri,
    pub(crate) method: Option<Method>,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Option<Body>,
}

/// A header, or where there are some.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Header {
    Field(HeaderName, HeaderValue),
    File(String),
}

/// What the body is, or where.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Body {
    Text(String),
    File(String),
    StandardInput,
}

impl Header {
    /// `NAME: VALUE`, or `@FILE`. The error does not repeat it.
    pub(crate) fn of(text: String) -> Result<Self, &'static str> {
        match text.strip_prefix('@') {
            Some(file) => Ok(Self::File(file.to_owned())),
            None => parse_field(&text).map(|(name, value)| Self::Field(name, value)),
        }
    }
}

impl Body {
    /// The text itself, `@FILE` or `@-`.
    pub(crate) fn of(text: String) -> Self {
        match text.strip_prefix('@') {
            Some("-") => Self::StandardInput,
            Some(file) => Self::File(file.to_owned()),
            None => Self::Text(text),
        }
    }

    fn read(&self) -> io::Result<Bytes> {
        match self {
            Self::Text(text) => Ok(text.clone().into()),
            Self::File(file) => read_file(file).map(Bytes::from),
            Self::StandardInput => {
                let mut bytes = Vec::new();
                io::stdin().read_to_end(&mut bytes)?;
                Ok(bytes.into())
            }
        }
    }
}

impl Target {
    /// The request.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be read, or holds no headers.
    pub(crate) fn request(&self) -> io::Result<Request<Full<Bytes>>> {
        let body = self.body.as_ref().map(Body::read).transpose()?;
        let mut headers = HeaderMap::new();
        for header in &self.headers {
            match header {
                Header::Field(name, value) => {
                    headers.append(name, value.clone());
                }
                Header::File(file) => {
                    let text = String::from_utf8(read_file(file)?).map_err(io::Error::other)?;
                    for line in text.lines().filter(|line| !line.trim().is_empty()) {
                        let (name, value) = parse_field(line)
                            .map_err(|error| io::Error::other(format!("{file}: {error}")))?;
                        headers.append(name, value);
                    }
                }
            }
        }
        let agent = concat!("sse-cat/", env!("CARGO_PKG_VERSION"));
        let agent = HeaderValue::from_static(agent);
        headers.entry(header::USER_AGENT).or_insert(agent);
        if body.is_some() {
            let json = HeaderValue::from_static("application/json");
            headers.entry(header::CONTENT_TYPE).or_insert(json);
        }
        let default = if body.is_some() {
            Method::POST
        } else {
            Method::GET
        };
        let mut request = Request::new(Full::new(body.unwrap_or_default()));
        *request.method_mut() = self.method.clone().unwrap_or(default);
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        Ok(request)
    }
}

fn parse_field(text: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let (name, value) = text
        .split_once(':')
        .ok_or("a header is NAME: VALUE, and this has no colon")?;
    let name = name.parse().map_err(|_| "this is no name of a header")?;
    let mut value = HeaderValue::from_bytes(value.trim_ascii().as_bytes())
        .map_err(|_| "no header can have this value")?;
    value.set_sensitive(true);
    Ok((name, value))
}

fn read_file(name: &str) -> io::Result<Vec<u8>> {
    std::fs::read(name).map_err(|error| io::Error::other(format!("{name}: {error}")))
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Header(..)")
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(..)")
    }
}
