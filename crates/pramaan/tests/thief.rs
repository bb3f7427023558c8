//! Somebody copied the log's key: what they can sign with it, and who believes it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

use pramaan_keys::{Entropy, FileKeyStore, KeyStore};
use pramaan_tlog::{
    Checkpoint, CompactRange, Hash, Node, Tile, Verifier, consistency_plan, decode_entries, encode_entries,
    entries_path, leaf_hash, node_hash,
};
use pramaan_witness::client::{Declined, Witnesses};
use support::headline::the_published_log_says_what_was_told;
use support::house::{House, copied, head, published, settled};
use support::{Folder, ORIGIN, done, pramaan, refused, sql};

/// The thief's other keys, which nobody believes anything of: each another byte, repeated.
#[derive(Default)]
struct Worthless(AtomicU8);

impl Entropy for Worthless {
    fn fill(&self, buf: &mut [u8]) {
        buf.fill(self.0.fetch_add(1, Relaxed) + 1);
    }
}

/// Who has the key of the log, the log as it is published, and a reason to have it say something else.
struct Thief {
    keys: FileKeyStore,
    leaves: Vec<Vec<u8>>,
}

impl Thief {
    /// With a copy of one file out of the folder of keys.
    fn with(log_key: &Path, own: &Path, export: &str) -> Self {
        FileKeyStore::create(own, &Worthless::default()).unwrap();
        fs::copy(log_key, own.join("log.key")).unwrap();
        let size = size_of(export);
        let bundle = |tile: Tile| fs::read(Path::new(export).join(entries_path(tile.index(), tile.width())));
        let leaves = Tile::all(size)
            .filter(|tile| tile.level() == 0)
            .flat_map(|tile| {
                let bundle = bundle(tile).unwrap();
                let leaves = decode_entries(&bundle).unwrap();
                leaves.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>()
            })
            .collect();
        Self {
            keys: FileKeyStore::open(own).unwrap(),
            leaves,
        }
    }

    /// The newest entry says something else: it commits to another detail.
    fn rewrites(mut self) -> Self {
        *self.leaves.last_mut().unwrap().last_mut().unwrap() ^= 1;
        self
    }

    /// And goes on with an entry about somebody else.
    fn goes_on(mut self) -> Self {
        let mut leaf = self.leaves.last().unwrap().clone();
        let tag = leaf.len() - 34 - 16;
        leaf[tag] ^= 1;
        self.leaves.push(leaf);
        self
    }

    fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    fn note(&self) -> String {
        self.note_of(ORIGIN)
    }

    fn note_of(&self, origin: &str) -> String {
        let mut range = CompactRange::new();
        self.leaves.iter().for_each(|leaf| range.append(leaf_hash(leaf)));
        Checkpoint::new(origin, self.size(), range.root())
            .unwrap()
            .sign(self.keys.log_public_key(), &|message| self.keys.sign_log(message))
            .unwrap()
    }

    fn node(&self, node: Node) -> Hash {
        let first = usize::try_from(node.index << node.level).unwrap();
        let under = &self.leaves[first..first + (1 << node.level)];
        let mut hashes: Vec<_> = under.iter().map(|leaf| leaf_hash(leaf)).collect();
        while hashes.len() > 1 {
            hashes = hashes
                .chunks(2)
                .map(|pair| node_hash(&pair[0], &pair[1]))
                .collect();
        }
        hashes[0]
    }

    /// What each witness says to the thief's head, who declines it.
    async fn asks(&self, house: &House) -> Vec<Declined> {
        let asked = self.answers(house).await;
        asked.into_iter().map(|said| said.unwrap_err()).collect()
    }

    async fn answers(&self, house: &House) -> Vec<Result<(), Declined>> {
        let witnesses = Witnesses::new(house.witnesses.iter().map(|witness| witness.peer()));
        let proof = |old| async move {
            let plan = consistency_plan(old, self.size()).unwrap();
            plan.prove(|node| Ok::<_, Infallible>(self.node(node)))
        };
        let asked = witnesses.cosign(&self.note(), now(), proof, |_| false).await;
        asked.into_iter().map(|asked| asked.outcome.map(drop)).collect()
    }

    /// A published log: everything that an auditor asks for. `more` comes under the note.
    fn publishes(&self, export: &str, to: &Path, more: &str) {
        let write = |name: &str, bytes: &[u8]| {
            let path = to.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        for tile in Tile::all(self.size()).filter(|tile| tile.level() == 0) {
            let first = usize::try_from(tile.index() * 256).unwrap();
            let under = &self.leaves[first..first + usize::from(tile.width())];
            let hashes: Vec<u8> = under
                .iter()
                .flat_map(|leaf| *leaf_hash(leaf).as_bytes())
                .collect();
            write(&tile.path(), &hashes);
            let bundle = encode_entries(under.iter().map(Vec::as_slice)).unwrap();
            write(&entries_path(tile.index(), tile.width()), &bundle);
        }
        let note = self.note() + more;
        write("checkpoint", note.as_bytes());
        write("checkpoints/1", note.as_bytes());
        write("checkpoints/latest", b"1\n");
        write("key", &fs::read(Path::new(export).join("key")).unwrap());
        copied(&format!("{export}/policies"), &to.join("policies"));
    }
}

fn size_of(export: &str) -> u64 {
    let note = fs::read_to_string(Path::new(export).join("checkpoint")).unwrap();
    note.lines().nth(1).unwrap().parse().unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the process that is asked has the machine's clock"
)]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The first line of a failed audit.
fn failed(arguments: &[&str]) -> String {
    let output = pramaan(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().next().unwrap_or_default().to_owned()
}

/// A log of some entries with the cosignatures of its witnesses, exported; the key is in the folder of keys.
fn exported(house: &House) -> String {
    let platform = house.folder.served();
    settled(&platform);
    let token = platform.login(&house.folder);
    platform.register(&token);
    for _ in 0..3 {
        platform.members(&token);
    }
    let (before, _) = head(&platform);
    platform.members(&token);
    published(&platform, before + 1);
    the_published_log_says_what_was_told(&house.folder, &platform, "told");
    platform.stop();
    let export = house.folder.named("export");
    done(&["log", "export", "--data", &house.folder.data, &export]);
    done(&["log", "verify", &export, "--policy", &house.policy()]);
    export
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_key_thief_s_fork_fails_without_the_witnesses() {
    let house = House::made();
    let export = exported(&house);
    let thief = |own: &str| {
        let key = house.folder.inside("keys/log.key");
        Thief::with(&key, &house.folder.path(own), &export).rewrites()
    };
    let log = Verifier::parse(done(&["log", "key", "--data", &house.folder.data]).trim()).unwrap();

    // Of equal size, then larger: no witness signs, and each still shows what it signed before.
    for (own, fork) in [("one", thief("one")), ("two", thief("two").goes_on())] {
        for (said, witness) in fork.asks(&house).await.iter().zip(&house.witnesses) {
            let refused = matches!(said, Declined::Forked | Declined::Refused { status: 422, .. });
            assert!(refused, "{own}: {said:?}");
            let kept = witness.peer().newest(&log).await.unwrap().unwrap();
            assert_eq!(kept.checkpoint.size(), size_of(&export));
            assert!(!fork.note().contains(&kept.checkpoint.body()), "{own}");
        }

        let to = house.folder.path(&format!("published-{own}"));
        fork.publishes(&export, &to, "");
        let to = to.to_str().unwrap();
        let said = failed(&["log", "verify", to, "--policy", &house.policy()]);
        assert!(said.starts_with("FAIL quorum checkpoint"), "{said}");
        // Whoever trusts the key alone believes the thief, and is told what that is worth.
        let said = done(&["log", "verify", to]);
        assert!(
            said.contains("the key was taken from beside the checkpoint"),
            "{said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thief_who_only_goes_on_stops_the_log_and_is_disowned_in_public() {
    let house = House::made();
    let export = exported(&house);
    let key = house.folder.inside("keys/log.key");
    let thief = Thief::with(&key, &house.folder.path("own"), &export).goes_on();
    // It contradicts nothing that they have seen.
    assert!(thief.answers(&house).await.iter().all(Result::is_ok));

    let data = &house.folder.data;
    let serve = house.folder.serve();
    let said = refused(&serve.each_ref().map(String::as_str));
    assert!(said.contains(&format!("over {}", thief.size())), "{said}");
    let succeed = [
        "log",
        "succeed",
        "--data",
        data,
        "--origin",
        "log.example/test-2",
        "--reason",
        "the witnesses show entries that are not ours",
    ];
    let said = refused(&succeed);
    assert!(said.contains("--disown"), "{said}");
    let disown = [&succeed[..], &["--disown"]].concat();
    let said = done(&disown);
    assert!(
        said.contains(&format!("over {} entries with the root ", thief.size()))
            && said.contains("Keep this line with the folder"),
        "{said}"
    );

    house.introduces_the_successor();
    let platform = house.folder.served();
    let token = platform.login(&house.folder);
    let (before, _) = head(&platform);
    platform.members(&token);
    published(&platform, before + 1);
    platform.stop();
    let export = house.folder.named("after");
    done(&["log", "export", "--data", data, &export]);
    let said = done(&["log", "verify", &export, "--policy", &house.policy()]);
    assert!(said.contains("bridges 1, entries lost 0"), "{said}");
    // Nothing of that kind is there to be disowned in a log that nobody went on with.
    let again = disown.iter().map(|word| match *word {
        "log.example/test-2" => "log.example/test-3",
        word => word,
    });
    let said = refused(&again.collect::<Vec<_>>());
    assert!(said.contains("--disown: no witness shows"), "{said}");
}

/// A log of 2^62 entries, of which those that are published are the first and nobody ever has the rest.
struct Endless<'a>(&'a Thief);

impl Endless<'_> {
    const LEVEL: u8 = 62;

    fn node(&self, node: Node) -> Hash {
        let (first, end) = (node.index << node.level, (node.index + 1) << node.level);
        if end <= self.0.size() {
            return self.0.node(node);
        }
        if first >= self.0.size() {
            return leaf_hash(b"nobody ever asks");
        }
        let half = |index| Node {
            level: node.level - 1,
            index,
        };
        node_hash(
            &self.node(half(2 * node.index)),
            &self.node(half(2 * node.index + 1)),
        )
    }

    async fn is_cosigned(&self, house: &House) -> bool {
        let (size, keys) = (1 << Self::LEVEL, &self.0.keys);
        let root = self.node(Node {
            level: Self::LEVEL,
            index: 0,
        });
        let note = Checkpoint::new(ORIGIN, size, root)
            .unwrap()
            .sign(keys.log_public_key(), &|message| keys.sign_log(message))
            .unwrap();
        let witnesses = Witnesses::new(house.witnesses.iter().map(|witness| witness.peer()));
        let proof = |old| async move {
            let plan = consistency_plan(old, size).unwrap();
            plan.prove(|node| Ok::<_, Infallible>(self.node(node)))
        };
        let asked = witnesses.cosign(&note, now(), proof, |_| false).await;
        asked.iter().all(|asked| asked.outcome.is_ok())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_no_log_can_have_loses_nobody_s_entries() {
    let house = House::made();
    let export = exported(&house);
    let data = &house.folder.data;
    let old = house.folder.path("old");
    copied(data, &old);
    let platform = house.folder.served();
    let token = platform.login(&house.folder);
    platform.members(&token);
    published(&platform, size_of(&export) + 1);
    platform.stop();
    done(&["log", "export", "--data", data, &export]);
    let key = house.folder.inside("keys/log.key");
    let thief = Thief::with(&key, &house.folder.path("own"), &export);
    assert!(Endless(&thief).is_cosigned(&house).await);

    // The same, with a database that is older.
    fs::rename(data, house.folder.path("lost")).unwrap();
    fs::rename(&old, data).unwrap();
    let kept = |folder: &Path| -> u64 {
        let head = fs::read_to_string(folder.join("log-head")).unwrap();
        head.lines().nth(3).unwrap().parse().unwrap()
    };
    let newest = house.folder.path("lost");
    let lost = kept(&newest) - kept(Path::new(data));
    fs::copy(newest.join("log-head"), house.folder.inside("log-head")).unwrap();
    let adopt = ["log", "adopt", "--data", data, "--reason", "the disk burnt"];
    let said = refused(&adopt);
    assert!(said.contains("--origin NEW"), "{said}");
    let said = done(&[&adopt[..], &["--origin", "log.example/test-2"]].concat());
    assert!(
        said.contains("not believed: a witness shows a head over 4611686018427387904 entries")
            && said.contains(&format!("the other {lost} are lost")),
        "{said}"
    );
    house.introduces_the_successor();
    let platform = house.folder.served();
    published(&platform, 1);
    platform.stop();
    let export = house.folder.named("after");
    done(&["log", "export", "--data", data, &export]);
    let said = done(&["log", "verify", &export, "--policy", &house.policy()]);
    assert!(
        said.contains(&format!("bridges 1, entries lost {lost}")),
        "{said}"
    );
}

#[test]
fn a_log_that_somebody_else_began_is_not_gone_on_with() {
    let folder = Folder::made();
    let platform = folder.served();
    settled(&platform);
    published(&platform, 1);
    platform.stop();
    let export = folder.named("export");
    done(&["log", "export", "--data", &folder.data, &export]);
    assert_eq!(size_of(&export), sql::entries(&folder), "all is published");

    // Whoever could write folder and database for a moment, and has no key of the folder.
    let own = folder.path("own");
    FileKeyStore::create(&own, &Worthless::default()).unwrap();
    let theirs = Thief::with(&own.join("log.key"), &folder.path("again"), &export);
    let (keys, next) = (folder.inside("keys"), "log.example/test-2");
    fs::copy(own.join("log.key"), keys.join("log-next")).unwrap();
    let head = format!(
        "update access_head set origin = '{next}', checkpoint = '{}'",
        theirs.note_of(next)
    );
    assert_eq!(sql::run(&folder, &[head.leak()]), 1);
    let succeed = [
        "log",
        "succeed",
        "--data",
        &folder.data,
        "--origin",
        next,
        "--reason",
        "a copy of the key was found",
    ];
    let said = refused(&succeed);
    assert!(
        said.contains("does not go on from the log of this folder as a successor does"),
        "{said}"
    );
    assert!(keys.join("log.key").exists() && !keys.join("log-2.key").exists());
}

#[test]
fn the_key_of_a_log_that_has_ended_is_worth_nothing_to_its_thief() {
    let house = House::made();
    let export = exported(&house);
    let key = house.folder.inside("keys/log.key");
    let thief = Thief::with(&key, &house.folder.path("own"), &export).rewrites();
    let data = &house.folder.data;
    let (origin, reason) = ("log.example/test-2", "a copy of the key was found");
    done(&[
        "log", "succeed", "--data", data, "--origin", origin, "--reason", reason,
    ]);
    let key = done(&["log", "key", "--data", data]);
    let policy = house.folder.path("policy");
    fs::write(&policy, format!("log {key}quorum none\n")).unwrap();

    // Even of an auditor who asks for no witness: the new policy does not know the key.
    let to = house.folder.path("published");
    thief.publishes(&export, &to, "");
    let said = failed(&[
        "log",
        "verify",
        to.to_str().unwrap(),
        "--policy",
        policy.to_str().unwrap(),
    ]);
    assert!(said.starts_with("FAIL signature checkpoint"), "{said}");
}

#[test]
fn cosignatures_of_another_head_do_not_help_the_thief() {
    let house = House::made();
    let export = exported(&house);
    let key = house.folder.inside("keys/log.key");
    let thief = Thief::with(&key, &house.folder.path("own"), &export).rewrites();
    let genuine = fs::read_to_string(Path::new(&export).join("checkpoint")).unwrap();
    let lines = genuine.lines().filter(|line| line.contains("witness.example/"));
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    assert!(lines.lines().count() >= 2);
    let to = house.folder.path("glued");
    thief.publishes(&export, &to, &lines);
    let said = failed(&["log", "verify", to.to_str().unwrap(), "--policy", &house.policy()]);
    assert!(said.starts_with("FAIL signature checkpoint"), "{said}");
}
