use sha2::{Digest, Sha256};

use super::*;

const KEY: &[u8] = b"sixteen bytes or more";

fn channel(name: &str) -> Channel {
    Channel::try_from(name).unwrap()
}

fn came_back(text: &str) -> LastEventId {
    LastEventId::try_from(text.as_bytes()).unwrap()
}

fn codecs() -> [CursorCodec; 2] {
    [CursorCodec::new(), CursorCodec::signed(KEY).unwrap()]
}

/// Numbers that look random, the same ones each time.
fn numbers() -> impl FnMut() -> u64 {
    let mut seed = 0_u64;
    move || {
        seed += 1;
        let hash = Sha256::digest(seed.to_be_bytes());
        u64::from_be_bytes(*hash.first_chunk().unwrap())
    }
}

#[test]
fn what_is_encoded_is_decoded_again_for_any_number_of_channels_in_any_order() {
    let mut number = numbers();
    for codec in codecs() {
        for count in 0..=CursorCodec::MAX_CHANNELS {
            for _ in 0..20 {
                let seen: Vec<_> = (0..count)
                    .map(|index| {
                        let position = Position {
                            epoch: number(),
                            offset: number() >> (number() % 64),
                            tag: number() as u32,
                        };
                        (codec.label(&channel(&format!("c{index}"))), position)
                    })
                    .collect();
                let id = codec.encode(&seen);
                let (mut labels, mut positions): (Vec<_>, Vec<_>) = seen
                    .iter()
                    .map(|(label, position)| (*label, Some(*position)))
                    .unzip();
                labels.reverse();
                positions.reverse();
                assert_eq!(codec.decode(&came_back(id.as_str()), &labels), positions);

                let mut out = BytesMut::from(&b"id: "[..]);
                codec.encode_into(&seen, &mut out);
                assert_eq!(out, format!("id: {id}").as_bytes());
            }
        }
    }
}

#[test]
fn every_length_of_an_offset_is_decoded_again() {
    let codec = CursorCodec::new();
    let label = codec.label(&channel("a"));
    let offsets = (0..64).flat_map(|bit| [(1 << bit) - 1, 1 << bit, (1 << bit) + 1]);
    for offset in offsets.chain([u64::MAX]) {
        let position = Position {
            epoch: u64::MAX,
            offset,
            tag: u32::MAX,
        };
        let id = codec.encode(&[(label, position)]);
        let decoded = codec.decode(&came_back(id.as_str()), &[label]);
        assert_eq!(decoded, [Some(position)]);
    }
}

#[test]
fn ids_are_as_long_as_the_manual_says_and_have_only_characters_of_base64url() {
    let characters = |codec: &CursorCodec, count: u8, offset: u64| {
        let seen: Vec<_> = (0..count)
            .map(|index| {
                let position = Position {
                    epoch: u64::MAX,
                    offset,
                    tag: u32::MAX,
                };
                (codec.label(&channel(&index.to_string())), position)
            })
            .collect();
        let id = codec.encode(&seen);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        assert!(id.as_str().bytes().all(allowed), "{id}");
        id.as_str().len()
    };
    let [plain, signed] = codecs();
    for (count, offset, without, with) in [
        (1, 127, 24, 35),
        (1, 2_097_151, 27, 38),
        (4, 2_097_151, 103, 114),
        (16, 2_097_151, 407, 418),
        (16, u64::MAX, 556, CursorCodec::MAX_CHARACTERS),
        (17, u64::MAX, 556, 567),
    ] {
        assert_eq!(characters(&plain, count, offset), without);
        assert_eq!(characters(&signed, count, offset), with);
    }
}

#[test]
fn when_the_channels_change_those_in_both_are_known() {
    for codec in codecs() {
        let [a, b, c] = ["a", "b", "c"].map(|name| codec.label(&channel(name)));
        let at = |offset| Position {
            epoch: 1,
            offset,
            tag: 2,
        };
        let id = came_back(codec.encode(&[(a, at(1)), (b, at(2))]).as_str());
        assert_eq!(codec.decode(&id, &[b, c]), [Some(at(2)), None]);
        assert_eq!(codec.decode(&id, &[c]), [None]);
        assert_eq!(codec.decode(&id, &[]), []);
    }
}

#[test]
fn two_channels_with_one_label_are_both_unknown() {
    let codec = CursorCodec::new();
    let label = codec.label(&channel("a"));
    let position = Position {
        epoch: 1,
        offset: 2,
        tag: 3,
    };
    let id = came_back(
        codec
            .encode(&[(label, position), (label, position)])
            .as_str(),
    );
    assert_eq!(codec.decode(&id, &[label, label]), [None, None]);
}

#[test]
fn ids_of_others_are_unknown() {
    let position = Position {
        epoch: 1,
        offset: 2,
        tag: 3,
    };
    let [plain, signed] = codecs();
    let other = CursorCodec::signed(b"another key with 16 bytes").unwrap();
    let codecs = [plain, signed, other];
    for (made_by, maker) in codecs.iter().enumerate() {
        let id = came_back(
            maker
                .encode(&[(maker.label(&channel("a")), position)])
                .as_str(),
        );
        for (read_by, reader) in codecs.iter().enumerate() {
            for name in ["a", "b"] {
                // Even if the label were guessed.
                for labels_of in [maker, reader] {
                    let decoded = reader.decode(&id, &[labels_of.label(&channel(name))]);
                    let known = made_by == read_by && name == "a";
                    assert_eq!(decoded, [known.then_some(position)]);
                }
            }
        }
    }
}

#[test]
fn a_signed_id_that_was_changed_or_cut_anywhere_is_unknown() {
    let codec = CursorCodec::signed(KEY).unwrap();
    let label = codec.label(&channel("a"));
    let position = Position {
        epoch: 1,
        offset: 300,
        tag: 3,
    };
    let id = codec.encode(&[(label, position)]);
    let bytes = URL_SAFE_NO_PAD.decode(id.as_str()).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let changed = came_back(&URL_SAFE_NO_PAD.encode(changed));
        assert_eq!(codec.decode(&changed, &[label]), [None], "bit {bit}");
    }
    for length in 1..bytes.len() {
        let cut = came_back(&URL_SAFE_NO_PAD.encode(&bytes[..length]));
        assert_eq!(codec.decode(&cut, &[label]), [None], "{length} bytes");
    }
}

#[test]
fn an_id_that_was_cut_is_unknown_without_a_key_too() {
    let codec = CursorCodec::new();
    let [a, b] = ["a", "b"].map(|name| codec.label(&channel(name)));
    let position = Position {
        epoch: 1,
        offset: 1 << 21,
        tag: 3,
    };
    let id = codec.encode(&[(a, position), (b, position)]);
    for length in 1..id.as_str().len() {
        let decoded = codec.decode(&came_back(&id.as_str()[..length]), &[a, b]);
        // Cut just behind the first channel it is the id of that one.
        let expected = if length == 28 { Some(position) } else { None };
        assert_eq!(decoded, [expected, None], "{length} characters");
    }
}

#[test]
fn whatever_comes_back_nothing_panics_and_only_what_could_be_ours_is_known() {
    let mut number = numbers();
    for codec in codecs() {
        let label = codec.label(&channel("a"));
        for length in 0..700 {
            let words = (0..length / 8 + 1).flat_map(|_| number().to_be_bytes());
            let bytes: Vec<u8> = words.take(length).collect();
            for text in [
                URL_SAFE_NO_PAD.encode(&bytes),
                // With the right version, so that more of it is looked at.
                URL_SAFE_NO_PAD.encode([&[VERSION], &label.bytes[..], &bytes].concat()),
                String::from_utf8_lossy(&bytes).replace(['\r', '\n', '\0'], "?"),
            ] {
                let Ok(id) = LastEventId::try_from(text.as_bytes()) else {
                    continue;
                };
                let decoded = codec.decode(&id, &[label]);
                assert!(codec.key.is_none() || decoded == [None], "{text}");
                assert!(text.len() <= CursorCodec::MAX_CHARACTERS || decoded == [None]);
            }
        }
        for text in ["=", "AQ==", "AQ=", "AR", "+/", "7", "42", "\u{7f}"] {
            assert_eq!(codec.decode(&came_back(text), &[label]), [None], "{text}");
        }
    }
}

#[test]
fn an_offset_is_taken_only_as_it_is_written() {
    let codec = CursorCodec::new();
    let label = codec.label(&channel("a"));
    let with_offset = |offset: &[u8]| {
        let bytes = [&[VERSION], &label.bytes[..], &[9; 8], offset, &[8; 4]].concat();
        codec.decode(&came_back(&URL_SAFE_NO_PAD.encode(bytes)), &[label])[0]
    };
    assert_eq!(with_offset(&[5]).map(|position| position.offset), Some(5));
    assert_eq!(with_offset(&[0x85, 0]), None, "not the shortest");
    let mut most = [0xff; 10];
    most[9] = 1;
    let offset = with_offset(&most).map(|position| position.offset);
    assert_eq!(offset, Some(u64::MAX));
    most[9] = 2;
    assert_eq!(with_offset(&most), None, "more than 64 bits");
    assert_eq!(with_offset(&[0xff; 11]), None);
}

#[test]
fn a_short_key_is_refused_and_none_is_told() {
    let error = CursorCodec::signed(b"fifteen bytes..").unwrap_err();
    assert_eq!(error.bytes, 15);
    assert_eq!(
        error.to_string(),
        "a signing key has 15 bytes, fewer than 16"
    );
    let codec = CursorCodec::signed(KEY).unwrap();
    assert_eq!(format!("{codec:?}"), "CursorCodec { signed: true }");
}
