//! A ticket, as its client gets it.

use core::fmt;

use super::TicketError;

/// A ticket: 192 random bits as 48 characters that need no encoding in a URL. `Debug` does not show
/// them, and it is not kept anywhere: give it to the client.
#[derive(Clone)]
pub struct Ticket {
    text: String,
}

impl Ticket {
    pub(super) fn draw() -> Result<Self, TicketError> {
        let text = random_text()?;
        Ok(Self { text })
    }

    /// The text, for the query of the stream's URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket(..)")
    }
}

/// 192 random bits of the operating system in hexadecimal digits.
pub(super) fn random_text() -> Result<String, TicketError> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|_| TicketError::NoRandomness)?;
    Ok(hexadecimal(&bytes))
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 15)]);
    let digits = |byte: &u8| [digit(byte >> 4), digit(*byte)];
    bytes.iter().flat_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn tickets_are_long_url_safe_and_differ() {
        let tickets: HashSet<String> = (0..100).map(|_| random_text().unwrap()).collect();
        assert_eq!(tickets.len(), 100);
        for ticket in tickets {
            assert_eq!(ticket.len() * 4, 192);
            assert!(ticket.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
        assert_eq!(hexadecimal(&[0x0f, 0xa0]), "0fa0");
    }
}
