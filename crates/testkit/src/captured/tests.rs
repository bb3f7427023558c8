//! Streams as servers and browsers send them, and a relay over real sockets.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::{Exchange, Relay, exchanges, of_connection};

fn read(asked: &[u8], told: &[u8]) -> Result<Vec<Exchange>, String> {
    let mut all = Vec::new();
    of_connection("1", (asked, told), &mut |exchange| all.push(exchange))?;
    Ok(all)
}

const TWO: &[u8] = b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nd=eHEAD /f HTTP/1.1\r\n\r\nGET /g HTTP/1.1\r\n\r\n";
const THREE: &[u8] = b"HTTP/1.1 303 See Other\r\ncontent-length: 0\r\n\r\n\
    HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n\
    HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: u\r\n\r\n";

#[test]
fn questions_and_answers_of_a_connection_belong_together() {
    let all = read(TWO, THREE).unwrap();
    let seen: Vec<_> = all
        .iter()
        .map(|one| (one.method.as_str(), one.target.as_str(), one.status, one.is_whole))
        .collect();
    assert_eq!(
        seen,
        [
            ("POST", "/a?b=c", 303, true),
            ("HEAD", "/f", 200, true),
            ("GET", "/g", 200, true)
        ]
    );
    assert_eq!(all[0].typed, b"d=e");
    assert_eq!(
        (all[2].coding.as_str(), all[2].sent.as_slice()),
        ("gzip", &b"abc0123456789"[..])
    );
    assert_eq!(all[2].place, "1#3");
}

/// Wherever it ends, what was sent is there.
#[test]
fn an_answer_that_was_cut_off_is_read_as_far_as_it_goes() {
    let (_, last) = THREE.split_at(THREE.len() - 30);
    let begun = THREE.len() - last.len();
    for end in begun..THREE.len() {
        let all = read(TWO, &THREE[..end]).unwrap();
        let cut = all.last().unwrap();
        assert!(
            !cut.is_whole && b"abc0123456789".starts_with(&cut.sent),
            "{cut:?}"
        );
    }
    let all = read(
        b"GET / HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab",
    )
    .unwrap();
    assert_eq!((all[0].sent.as_slice(), all[0].is_whole), (&b"ab"[..], false));
    let until_closed = b"HTTP/1.1 200 OK\r\n\r\nall of it";
    assert_eq!(
        read(b"GET / HTTP/1.1\r\n\r\n", until_closed).unwrap()[0].sent,
        b"all of it"
    );
    assert_eq!(read(b"GET / HTTP/1.1\r\n\r\n", b"").unwrap(), []);
}

#[test]
fn what_is_not_read_is_an_error_and_no_gap() {
    let question = b"GET / HTTP/1.1\r\n\r\n";
    for told in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc",
    ] {
        let said = read(question, told).unwrap_err();
        assert!(said.starts_with("1#1: "), "{said}");
    }
    let said = read(b"\x16\x03\r\n\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap_err();
    assert!(said.contains("the question"), "{said}");
    // A server may say that nobody asked for too long.
    let unasked = read(b"", b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n").unwrap();
    assert_eq!((unasked[0].method.as_str(), unasked[0].status), ("", 408));
}

/// A server for one question, which answers and waits for the other end to close.
fn server(answer: &'static [u8]) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let serving = listener.try_clone().unwrap();
    thread::spawn(move || {
        for stream in serving.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 4];
            stream.read_exact(&mut asked).unwrap();
            stream.write_all(answer).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    listener
}

#[test]
fn a_relay_changes_nothing_and_keeps_everything() {
    let server = server(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(server.local_addr().unwrap(), folder.path()).unwrap();
    for path in ["/one", "/two"] {
        let mut stream = TcpStream::connect(relay.address()).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\n\r\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.ends_with(b"\r\n\r\nhi"));
    }
    relay.is_whole().unwrap();
    let mut seen = Vec::new();
    exchanges(folder.path(), |exchange| {
        seen.push((exchange.target, exchange.sent))
    })
    .unwrap();
    assert_eq!(
        seen,
        [
            ("/one".to_owned(), b"hi".to_vec()),
            ("/two".to_owned(), b"hi".to_vec())
        ]
    );
}

/// A server that is gone is a connection that was not kept.
#[test]
fn what_a_relay_could_not_keep_is_said() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(gone, folder.path()).unwrap();
    let mut stream = TcpStream::connect(relay.address()).unwrap();
    assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap_or_default(), 0);
    let said = relay.is_whole().unwrap_err();
    assert!(said.contains("a connection: "), "{said}");
}
