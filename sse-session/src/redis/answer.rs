//! What a script has answered.

use core::str::FromStr;
use std::vec::IntoIter;

use ::redis::Value;
use bytes::Bytes;

use super::failure::corrupt;
use crate::store::StoreError;

/// What a script has answered, value by value. What is none that our scripts give is damage.
#[derive(Debug)]
pub(super) struct Answer {
    values: IntoIter<Value>,
}

impl Answer {
    pub(super) fn new(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Array(values) => Ok(Self {
                values: values.into_iter(),
            }),
            _ => Err(corrupt("an answer is no list")),
        }
    }

    /// The next one, which has to be there.
    fn next(&mut self) -> Result<Value, StoreError> {
        let next = self.values.next();
        next.ok_or_else(|| corrupt("an answer is too short"))
    }

    pub(super) fn bytes(&mut self) -> Result<Bytes, StoreError> {
        match self.next()? {
            Value::BulkString(bytes) => Ok(bytes.into()),
            Value::SimpleString(text) => Ok(text.into()),
            _ => Err(corrupt("an answer is no text")),
        }
    }

    /// A number, or nothing where there is none.
    pub(super) fn number_or_none<T: FromStr>(&mut self) -> Result<Option<T>, StoreError> {
        match self.next()? {
            Value::Nil => Ok(None),
            Value::BulkString(text) if text.is_empty() => Ok(None),
            Value::BulkString(text) => number(&text).map(Some),
            Value::Int(number) => number_of(&number.to_string()).map(Some),
            _ => Err(corrupt("an answer is no number")),
        }
    }

    pub(super) fn number<T: FromStr>(&mut self) -> Result<T, StoreError> {
        let number = self.number_or_none()?;
        number.ok_or_else(|| corrupt("an answer is no number"))
    }

    pub(super) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.number::<u8>()? == 1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.as_slice().is_empty()
    }
}

/// Whether an answer is this word.
pub(super) fn is_word(value: &Value, word: &str) -> bool {
    match value {
        Value::BulkString(bytes) => bytes == word.as_bytes(),
        Value::SimpleString(text) => text == word,
        _ => false,
    }
}

/// Whether an answer is 1.
pub(super) fn is_one(value: &Value) -> bool {
    matches!(value, Value::Int(1))
}

/// A number in decimal digits.
pub(super) fn number<T: FromStr>(digits: &[u8]) -> Result<T, StoreError> {
    number_of(&String::from_utf8_lossy(digits))
}

fn number_of<T: FromStr>(digits: &str) -> Result<T, StoreError> {
    digits.parse().map_err(|_| corrupt("a number is none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_our_scripts_do_not_answer_is_damage() {
        let text = |text: &str| Value::BulkString(text.as_bytes().to_vec());
        let mut answer = Answer::new(Value::Array(vec![
            text("18446744073709551615"),
            Value::Int(1),
            Value::Nil,
            text(""),
            text("12x"),
        ]))
        .unwrap();
        assert_eq!(answer.number::<u64>().unwrap(), u64::MAX);
        assert!(answer.flag().unwrap());
        assert_eq!(answer.number_or_none::<u64>().unwrap(), None);
        assert_eq!(answer.number_or_none::<u64>().unwrap(), None);
        assert!(!answer.is_empty());
        for damage in [answer.number::<u64>(), answer.number::<u64>()] {
            assert!(matches!(damage, Err(StoreError::Corrupt { .. })));
        }
        assert!(matches!(
            Answer::new(Value::Nil),
            Err(StoreError::Corrupt { .. })
        ));
    }
}
