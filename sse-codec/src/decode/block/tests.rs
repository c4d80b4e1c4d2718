use super::*;

#[test]
fn fields_are_found_wherever_they_came() {
    let mut block = Block::default();
    for _ in 0..3 {
        block.set_event_type(b"first");
        block.set_event_type(b"second");
        block.set_id(b"1");
        block.push_data(b"a");
        block.set_id(b"2");
        block.push_data(b"b");
        assert_eq!(block.event_bytes(), "a\nb\n".len() + "second".len() + 1);
        assert!(block.seal());
        let fields = (block.event_type(), block.data(), block.id());
        assert_eq!(fields, ("second", "a\nb", Some("2")));
        block.clear(usize::MAX);
    }
}

#[test]
fn halves_of_a_character_in_two_fields_make_none() {
    let (first, second) = (b"\xc3".as_slice(), b"\xa9".as_slice());
    type Set = fn(&mut Block, &[u8]);
    let fields: [[Set; 2]; 3] = [
        [Block::set_event_type, Block::set_id],
        [Block::set_id, Block::push_data],
        [Block::push_data, Block::set_event_type],
    ];
    for [set_one, set_other] in fields {
        let mut block = Block::default();
        set_one(&mut block, first);
        set_other(&mut block, second);
        assert!(!block.seal());
        assert!(!block.fields_are_text());
    }
}

#[test]
fn what_lies_between_the_fields_need_not_be_text() {
    let chunk = b"id: 7\n: \xff\ndata: a\n";
    let span = |start, end| Span { start, end };
    let mut spans = Spans {
        data: span(16, 17),
        id: span(4, 5),
        text: span(4, 17),
        ..Spans::NONE
    };
    let mut block = Block::default();
    block.absorb(&mut spans, chunk);
    assert!(!block.seal());
    assert!(block.fields_are_text());
    block.rewrite();
    assert_eq!((block.data(), block.id()), ("a", Some("7")));
    let (text, fields) = block.take_text();
    assert_eq!((&*text, fields.data_end), ("a7", 1));
}

#[test]
fn fields_that_are_replaced_do_not_add_up() {
    let mut block = Block::default();
    for _ in 0..100 {
        block.set_event_type(b"0123456789");
        block.set_id(b"0123456789");
    }
    assert!(block.text.len() <= 2 * "0123456789\n".len());
}
