//! A log ends, because its key was stolen or its database lost, and another goes on with its entries, in public: with the
//! program as it is shipped, its witnesses and its auditor.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use support::house::{House, copied, head, published, settled};
use support::{Folder, ORIGIN, done, refused, sql};

const NEXT: &str = "log.example/test-2";
const REASON: &str = "a copy of the folder of keys was found on a laptop";

fn serve_is_refused(folder: &Folder) -> String {
    let serve = folder.serve();
    refused(&serve.each_ref().map(String::as_str))
}

/// `pramaan log succeed` or `adopt` over a folder.
fn command<'a>(folder: &'a Folder, what: &'a str, origin: &'a str) -> [&'a str; 8] {
    [
        "log",
        what,
        "--data",
        &folder.data,
        "--origin",
        origin,
        "--reason",
        REASON,
    ]
}

fn succeed(folder: &Folder) -> String {
    done(&command(folder, "succeed", NEXT))
}

/// The head of an answer to a GET.
fn headers(platform: &support::served::Served, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(&platform.address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    answer.split("\r\n\r\n").next().unwrap().to_lowercase()
}

/// Puts the database of a copy of the folder in place of the folder's.
fn put_back(folder: &Folder, copy: &Path) {
    for name in ["pramaan.db", "pramaan.db-wal", "pramaan.db-shm"] {
        let _ = fs::remove_file(folder.inside(name));
        let _ = fs::copy(copy.join(name), folder.inside(name));
    }
    assert!(folder.inside("pramaan.db").exists());
}

/// Somebody registers and looks, and every entry is published; answers their login.
fn used(folder: &Folder) -> String {
    let platform = folder.served();
    let token = platform.login(folder);
    platform.register(&token);
    platform.members(&token);
    settled(&platform);
    published(&platform, sql::entries(folder));
    platform.stop();
    token
}

/// One look more, published; what an audit says of the log then, and that the database is as it says.
fn audited(folder: &Folder, policy: &[&str], token: &str) -> String {
    let platform = folder.served();
    let (before, _) = head(&platform);
    assert!(platform.members(token).contains("Asha Devi"));
    published(&platform, before + 1);
    for renumbered in ["checkpoints/1", "before/1/key", "before/1/checkpoints/1"] {
        let head = headers(&platform, &format!("/log/{renumbered}"));
        assert!(
            head.contains("cache-control: public, max-age=300"),
            "{renumbered}: {head}"
        );
    }
    let address = format!("http://{}/log/", platform.address);
    let served = done(&[&["log", "verify", &address], policy].concat());
    platform.stop();
    let export = folder.named("export");
    done(&["log", "export", "--data", &folder.data, &export]);
    let exported = done(&[&["log", "verify", &export], policy].concat());
    let bridges = |said: &str| -> Vec<String> {
        let lines = said.lines().filter(|line| line.starts_with("Entry "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(
        bridges(&served),
        bridges(&exported),
        "a server and a folder show the same"
    );
    done(&["log", "check", "--data", &folder.data, "--against", &export]);
    served
}

#[test]
fn a_successor_is_cosigned_and_shows_the_whole_log_before() {
    let house = House::made();
    let folder = &house.folder;
    let token = used(folder);
    let export = folder.named("export");
    done(&["log", "export", "--data", &folder.data, &export]);
    let old_policy = fs::read_to_string(house.policy()).unwrap();

    let said = succeed(folder);
    assert!(
        said.contains(&format!("{ORIGIN} has ended")) && said.contains(&format!("log {NEXT}+")),
        "{said}"
    );
    let next = said.lines().find(|line| line.starts_with("next: ")).unwrap();
    assert!(
        next.contains("empty every cache in front of /log/")
            && next.ends_with(&format!("pramaan serve --data {} --sms ADAPTER", folder.data)),
        "{next}"
    );
    let files: Vec<_> = ["log.key", "log-1.ended", "log-2.key", "log-next"]
        .iter()
        .map(|name| folder.inside("keys").join(name).exists())
        .collect();
    assert_eq!(files, [false, true, true, false]);
    let refusal = serve_is_refused(folder);
    assert!(
        refusal.contains(&format!("it names {ORIGIN}, which has ended")),
        "{refusal}"
    );
    house.introduces_the_successor();

    let said = audited(folder, &["--policy", &house.policy()], &token);
    assert!(
        said.starts_with(&format!("OK {NEXT}: ")) && said.contains("bridges 1, entries lost 0"),
        "{said}"
    );
    assert!(
        said.contains(&format!("goes on from {ORIGIN}: all of its")),
        "{said}"
    );
    assert!(
        said.contains("witnesses in your policy, which is enough"),
        "{said}"
    );
    // The new policy has one line for a log: whose the key before is, it does not say.
    let unchecked: Vec<_> = said
        .lines()
        .filter(|line| line.starts_with("NOT CHECKED"))
        .collect();
    assert!(
        matches!(unchecked.as_slice(), [one] if one.starts_with("NOT CHECKED before/1/key: ")),
        "{said}"
    );
    let both = folder.path("both-policies");
    let before = old_policy.lines().next().unwrap();
    let now = fs::read_to_string(house.policy()).unwrap();
    fs::write(&both, format!("{before}\n{now}")).unwrap();
    let said = done(&["log", "verify", &export, "--policy", both.to_str().unwrap()]);
    assert!(said.starts_with("OK ") && !said.contains("NOT CHECKED"), "{said}");

    // Whoever still has the policy of before is not told that all is as it was.
    let old = folder.path("old-policy");
    fs::write(&old, old_policy).unwrap();
    let said = support::pramaan(&["log", "verify", &export, "--policy", old.to_str().unwrap()]);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.starts_with("FAIL signature checkpoint"), "{said}");

    // A row that nobody can read is named, and keeps no server from its policy.
    sql::run(folder, &["update access_before set verifier = 'no key'"]);
    assert!(checked(folder).contains("number 1 of access_before: the row was altered"));
    folder.served().stop();
}

/// What `pramaan log check` finds.
fn checked(folder: &Folder) -> String {
    let checked = support::pramaan(&["log", "check", "--data", &folder.data]);
    assert_eq!(checked.status.code(), Some(1));
    String::from_utf8(checked.stdout).unwrap()
}

#[test]
fn a_lost_public_key_accuses_nobody_and_an_altered_one_is_named_first() {
    let folder = Folder::made();
    used(&folder);
    succeed(&folder);
    let check = ["log", "check", "--data", &folder.data];
    let [public, aside] = ["log-1.public", "log-1.ended"].map(|name| folder.inside("keys").join(name));
    let elsewhere = folder.path("aside");
    fs::rename(&aside, &elsewhere).unwrap();
    fs::write(&public, [0; 32]).unwrap();
    let harmed = checked(&folder);
    fs::remove_file(&public).unwrap();
    for (said, why) in [(harmed, "holds only zeros"), (checked(&folder), "does not exist")] {
        assert!(
            said.contains("the keys in access_before were not compared: ")
                && said.contains(why)
                && said.contains("\ncompared: ")
                && said.ends_with("no difference was found, and not all was compared\n"),
            "{said}"
        );
    }
    fs::rename(&elsewhere, &aside).unwrap();
    done(&check);

    sql::run(
        &folder,
        &[
            "update access_before
             set verifier = 'log.example/before+5d11683e+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs'",
            "update access_leaf set leaf = (select leaf from access_leaf where idx = 1) where idx = 0",
        ],
    );
    let said = checked(&folder);
    let at = |what: &str| said.find(what).unwrap_or_else(|| panic!("{what}: {said}"));
    assert!(
        at("number 1 of access_before: its key is not that") < at("do not give the root"),
        "{said}"
    );
}

#[test]
fn an_older_backup_goes_on_under_another_name_and_says_what_is_lost() {
    let house = House::made();
    let folder = &house.folder;
    let token = used(folder);
    // Database, keys, the kept head: nothing in the folder knows what comes after.
    let old = folder.path("old");
    copied(&folder.data, &old);
    let platform = folder.served();
    let (before, _) = head(&platform);
    for more in 1..=3 {
        platform.members(&token);
        published(&platform, before + more);
    }
    platform.stop();
    fs::rename(&folder.data, folder.path("lost")).unwrap();
    fs::rename(&old, &folder.data).unwrap();

    let adopt = [
        "log",
        "adopt",
        "--data",
        &folder.data,
        "--reason",
        "the disk of the server burnt",
    ];
    let refusal = refused(&adopt);
    assert!(
        refusal.contains(&format!("ends after {before} entries")) && refusal.contains("--origin NEW"),
        "{refusal}"
    );
    // Nor is it ended as if it were whole: the bridge would say so.
    for more in [&[][..], &["--without-witnesses"]] {
        let succeed = command(folder, "succeed", NEXT);
        let laundered = refused(&[&succeed[..], more].concat());
        assert!(
            laundered.contains(&format!("a witness of {ORIGIN} has signed a head over"))
                && laundered.contains("--origin NEW"),
            "{laundered}"
        );
    }
    let same = refused(&[&adopt[..], &["--origin", ORIGIN]].concat());
    assert!(same.contains("needs another"), "{same}");
    let said = done(&[&adopt[..], &["--origin", NEXT]].concat());
    assert!(said.contains("the other 3 are lost"), "{said}");
    house.introduces_the_successor();

    let said = audited(folder, &["--policy", &house.policy()], &token);
    assert!(said.contains("bridges 1, entries lost 3"), "{said}");
    assert!(
        said.contains("3 of its") && said.contains("are NOT in this log"),
        "{said}"
    );
    let nothing = refused(&[&adopt[..], &["--origin", "log.example/test-3"]].concat());
    assert!(nothing.contains("there is nothing to adopt"), "{nothing}");
}

#[test]
fn a_log_is_neither_ended_nor_adopted_while_its_witnesses_are_silent() {
    let mut house = House::made();
    used(&house.folder);
    let head = fs::read(house.folder.inside("log-head")).unwrap();
    // The folder has nothing to compare with but what witnesses say.
    fs::remove_file(house.folder.inside("log-head")).unwrap();
    house.witnesses[0].kill();
    house.witnesses[2].kill();
    let folder = &house.folder;
    let adopt = ["log", "adopt", "--data", &folder.data, "--reason", REASON];
    let adopt_under = command(folder, "adopt", NEXT);
    for silent in [&adopt[..], &adopt_under[..]] {
        let refusal = refused(silent);
        assert!(
            refusal.contains("too few witnesses say what they have seen")
                && refusal.contains("witness.example/3: "),
            "{refusal}"
        );
    }
    let refusal = refused(&[&adopt[..], &["--without-witnesses"]].concat());
    assert!(refusal.contains("give it another with --origin"), "{refusal}");
    let copy = folder.path("copy");
    copied(&folder.data, &copy);
    let mut elsewhere = adopt_under;
    elsewhere[3] = copy.to_str().unwrap();
    let said = done(&[&elsewhere[..], &["--without-witnesses"]].concat());
    assert!(said.contains("its entry says that they were not heard"), "{said}");

    fs::write(folder.inside("log-head"), head).unwrap();
    let succeed = command(folder, "succeed", NEXT);
    let refusal = refused(&succeed);
    assert!(refusal.contains("--without-witnesses"), "{refusal}");
    assert!(!folder.inside("keys/log-2.key").exists());
    // Two of three would have signed whatever is published.
    house.witnesses[2] = support::witness::Served::over(&house.folder.named("witness-3"));
    let file = house.folder.inside("witnesses");
    let text = fs::read_to_string(&file).unwrap();
    let moved = text.lines().map(|line| match line.starts_with("witness w3 ") {
        true => format!(
            "witness w3 {} {}\n",
            house.witnesses[2].key, house.witnesses[2].url
        ),
        false => format!("{line}\n"),
    });
    fs::write(&file, moved.collect::<String>()).unwrap();
    let said = done(&command(&house.folder, "succeed", NEXT));
    assert!(
        !said.contains("not heard") && said.contains("has ended"),
        "{said}"
    );
}

/// The folder as it was before, over the database as it is after: the process was killed behind the commit.
fn killed_behind_the_commit(folder: &Folder, before: &Path) {
    let keys = folder.inside("keys");
    let next = fs::read(keys.join("log-2.key")).unwrap();
    for name in ["pramaan.toml", "log-head"] {
        fs::copy(before.join(name), folder.inside(name)).unwrap();
    }
    fs::remove_dir_all(&keys).unwrap();
    copied(before.join("keys").to_str().unwrap(), &keys);
    // With the rights of a key.
    fs::copy(keys.join("log.key"), keys.join("log-next")).unwrap();
    fs::write(keys.join("log-next"), next).unwrap();
}

/// The successor that is begun again is refused in these words, and not as one that somebody else began.
fn went_on(folder: &Folder, words: &[&str]) {
    for what in ["succeed", "adopt"] {
        let said = refused(&command(folder, what, NEXT));
        let is_said = words.iter().all(|word| said.contains(word));
        assert!(
            is_said && said.contains("has gone on since") && !said.to_lowercase().contains("restore"),
            "{said}"
        );
    }
}

#[test]
fn a_succession_that_was_killed_goes_on_when_it_is_given_again() {
    let folder = Folder::made();
    let token = used(&folder);
    let (before, keys) = (folder.path("before"), folder.inside("keys"));
    copied(&folder.data, &before);

    // Killed before the commit: a key lies there that nothing uses, and the log goes on as before.
    fs::copy(keys.join("log.key"), keys.join("log-next")).unwrap();
    fs::write(keys.join("log-next"), [9; 32]).unwrap();
    folder.served().stop();
    let first = succeed(&folder);
    assert_ne!(
        fs::read(keys.join("log-2.key")).unwrap(),
        [9; 32],
        "whoever put it there knows it"
    );
    killed_behind_the_commit(&folder, &before);
    let refusal = serve_is_refused(&folder);
    assert!(refusal.contains(&format!("with --origin {NEXT}")), "{refusal}");
    let other = refused(&[
        "log",
        "succeed",
        "--data",
        &folder.data,
        "--origin",
        "log.example/other",
        "--reason",
        REASON,
    ]);
    assert!(other.contains(&format!("with --origin {NEXT}")), "{other}");
    // Another server's folder, which nobody has brought anything to: the log has not ended, this folder has.
    let next = fs::read(keys.join("log-next")).unwrap();
    fs::remove_file(keys.join("log-next")).unwrap();
    let older = refused(&command(&folder, "adopt", "log.example/other"));
    assert!(
        older.contains("this folder is older than the database")
            && older.contains("bring log-head and pramaan.toml from where that was begun"),
        "{older}"
    );
    let without = refused(&command(&folder, "adopt", NEXT));
    assert!(without.contains("no key of this folder signed it"), "{without}");
    fs::copy(keys.join("log.key"), keys.join("log-next")).unwrap();
    fs::write(keys.join("log-next"), next).unwrap();
    assert_eq!(succeed(&folder), first, "the same log, by the same key");

    // Killed after the key was put in its place, and after the head was kept.
    for head in ["before", "after"] {
        if head == "before" {
            fs::copy(before.join("log-head"), folder.inside("log-head")).unwrap();
        }
        fs::copy(before.join("pramaan.toml"), folder.inside("pramaan.toml")).unwrap();
        // Another key lies there meanwhile: the log has begun with this one.
        fs::copy(keys.join("log-2.key"), keys.join("log-next")).unwrap();
        fs::write(keys.join("log-next"), [9; 32]).unwrap();
        assert!(
            serve_is_refused(&folder).contains(&format!("with --origin {NEXT}")),
            "{head}"
        );
        assert_eq!(succeed(&folder), first, "{head}");
    }
    let said = audited(&folder, &[], &token);
    assert!(said.contains("bridges 1, entries lost 0"), "{said}");

    // Served since, and the folder is from the moment when it was stopped: what is missing is brought, and no key is lost.
    let now = folder.path("now");
    copied(&folder.data, &now);
    killed_behind_the_commit(&folder, &before);
    went_on(&folder, &["keep it", "the files that are not here"]);
    for name in ["log-1.ended", "log-1.public", "log-2.key"] {
        fs::copy(now.join("keys").join(name), keys.join(name)).unwrap();
    }
    for name in ["pramaan.toml", "log-head"] {
        fs::copy(now.join(name), folder.inside(name)).unwrap();
    }
    folder.served().stop();

    // An old pramaan.toml was put back: nothing is lost, nobody is told so, and its one line is all that is to be done.
    let settings = fs::read_to_string(before.join("pramaan.toml")).unwrap();
    fs::write(folder.inside("pramaan.toml"), &settings).unwrap();
    assert!(serve_is_refused(&folder).contains(&format!("with --origin {NEXT}")));
    let line = format!("origin = \"{NEXT}\"");
    went_on(&folder, &[&line, "change nothing else"]);
    let written = settings.replace(&format!("origin = \"{ORIGIN}\""), &line);
    fs::write(folder.inside("pramaan.toml"), written).unwrap();
    folder.served().stop();
    let again = refused(&[
        "log",
        "succeed",
        "--data",
        &folder.data,
        "--origin",
        ORIGIN,
        "--reason",
        REASON,
    ]);
    assert!(again.contains("was here before"), "{again}");
}

#[test]
fn a_log_has_as_many_successors_as_it_needs_and_no_server_beside() {
    let folder = Folder::made();
    let token = used(&folder);
    let platform = folder.served();
    let running = refused(&[
        "log",
        "succeed",
        "--data",
        &folder.data,
        "--origin",
        NEXT,
        "--reason",
        REASON,
    ]);
    assert!(running.contains("in use"), "{running}");
    platform.stop();
    succeed(&folder);
    folder.served().stop();
    // The private key of the log before is destroyed as a disk lets it: nothing reads it. Nor is the public one asked for by a
    // log that ends whole.
    fs::write(folder.inside("keys/log-1.ended"), [0; 32]).unwrap();
    let public = fs::read(folder.inside("keys/log-1.public")).unwrap();
    fs::write(folder.inside("keys/log-1.public"), [0; 32]).unwrap();
    let third = "log.example/test-3";
    done(&[
        "log",
        "succeed",
        "--data",
        &folder.data,
        "--origin",
        third,
        "--reason",
        REASON,
        "--destroy",
    ]);
    fs::write(folder.inside("keys/log-1.public"), public).unwrap();
    let names = [
        "log-1.ended",
        "log-1.public",
        "log-2.key",
        "log-2.ended",
        "log-2.public",
        "log-3.key",
    ];
    let left = names.map(|name| folder.inside("keys").join(name).exists());
    assert_eq!(left, [true, true, false, false, true, true]);
    let said = audited(&folder, &[], &token);
    assert!(
        said.starts_with(&format!("OK {third}: ")) && said.contains("bridges 2, entries lost 0"),
        "{said}"
    );
    assert!(
        said.contains(&format!("goes on from {ORIGIN}:")) && said.contains(&format!("goes on from {NEXT}:")),
        "{said}"
    );
    // Whoever writes the database has the key of one of them be that of the other.
    sql::run(
        &folder,
        &[
            "update access_before set verifier = 'log.example/before+5d11683e+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs' where k = 2",
        ],
    );
    let said = checked(&folder);
    assert!(
        said.contains("number 2 of access_before: its key is not"),
        "{said}"
    );
}

#[test]
fn a_succession_asks_the_witnesses_first() {
    let mut house = House::made();
    let token = used(&house.folder);
    let data = house.folder.data.clone();
    let old = house.folder.path("old");
    copied(&data, &old);
    let platform = house.folder.served();
    let (before, _) = head(&platform);
    platform.members(&token);
    published(&platform, before + 1);
    platform.stop();

    let succeed = [
        "log", "succeed", "--data", &data, "--origin", NEXT, "--reason", REASON,
    ];
    let adopt = ["log", "adopt", "--data", &data, "--reason", REASON];
    let elsewhere = [&adopt[..], &["--origin", NEXT]].concat();
    for witness in &mut house.witnesses[1..] {
        witness.kill();
    }
    let said = refused(&succeed);
    assert!(said.contains("too few witnesses say"), "{said}");

    // All of the folder as it was: only the witnesses know of the last entry, and the one that answers does.
    fs::rename(&data, house.folder.path("lost")).unwrap();
    fs::rename(&old, &data).unwrap();
    for command in [&succeed[..], &adopt[..]] {
        let said = refused(command);
        assert!(
            said.contains(&format!("ends after {before} entries"))
                && said.contains(&format!("pramaan log adopt --data {data} --origin NEW")),
            "{command:?}: {said}"
        );
    }
    let said = refused(&elsewhere);
    assert!(said.contains("too few witnesses say"), "{said}");
    let keys = house.folder.inside("keys");
    assert!(!keys.join("log-next").exists(), "nothing was begun");
    house.witnesses[1].serve_again(&house.folder.named("witness-2"));
    let said = done(&elsewhere);
    assert!(said.contains("the other 1 are lost"), "{said}");
}

#[test]
fn an_export_goes_into_the_folder_of_another_log_never() {
    let (one, other) = (Folder::made(), Folder::made());
    for folder in [&one, &other] {
        used(folder);
    }
    let export = one.named("export");
    done(&["log", "export", "--data", &one.data, &export]);
    let key = fs::read(Path::new(&export).join("key")).unwrap();
    let said = refused(&["log", "export", "--data", &other.data, &export]);
    assert!(said.contains("is not the key of this log"), "{said}");
    assert_eq!(fs::read(Path::new(&export).join("key")).unwrap(), key);
    succeed(&one);
    let platform = one.served();
    published(&platform, 1);
    platform.stop();
    done(&["log", "export", "--data", &one.data, &export]);
    let said = done(&["log", "verify", &export]);
    assert!(said.contains("bridges 1, entries lost 0"), "{said}");
}

#[test]
fn a_database_from_before_an_earlier_successor_keeps_what_both_logs_published() {
    let folder = Folder::made();
    let token = used(&folder);
    let old = folder.path("old");
    copied(&folder.data, &old);
    // Its private key is gone, and the older database is known by its public half.
    done(&[&command(&folder, "succeed", NEXT)[..], &["--destroy"]].concat());
    audited(&folder, &[], &token);
    put_back(&folder, &old);
    // An export from before, with what stands there under numbers that are given anew.
    let left = folder.path("export/before/9/key");
    fs::create_dir_all(left.parent().unwrap()).unwrap();
    fs::write(&left, "left").unwrap();

    let third = "log.example/test-3";
    let said = done(&command(&folder, "adopt", third));
    assert!(said.contains(&format!("{NEXT} has ended")), "{said}");
    let said = audited(&folder, &[], &token);
    assert!(
        said.starts_with(&format!("OK {third}: ")) && said.contains("bridges 2, entries lost "),
        "{said}"
    );
    assert!(!said.contains("entries lost 0"), "{said}");
    assert!(
        said.contains(&format!("goes on from {ORIGIN}: all of its")) && said.contains("are NOT in this log"),
        "{said}"
    );
    assert!(!left.exists());
    for (k, origin) in [(1, ORIGIN), (2, NEXT)] {
        let key = fs::read_to_string(folder.path(&format!("export/before/{k}/key"))).unwrap();
        assert!(key.starts_with(&format!("{origin}+")), "{key}");
    }
    assert!(folder.path("export/before/1/checkpoints/1").exists());
}

/// A copy of the folder goes on alone, without witnesses, under the name of then.
fn goes_on_elsewhere(folder: &Folder, copy: &Path, token: &str, looks: u64) {
    let settings = copy.join("pramaan.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("witnesses = \"witnesses\"", "")).unwrap();
    let other = Folder::over(copy.to_str().unwrap());
    let platform = other.served();
    let (before, _) = head(&platform);
    for _ in 0..looks {
        platform.members(token);
    }
    published(&platform, before + looks);
    platform.stop();
    put_back(folder, copy);
}

#[test]
fn an_older_database_must_have_the_history_that_witnesses_saw_under_its_name() {
    let house = House::made();
    let folder = &house.folder;
    let token = used(folder);
    let copy = folder.path("copy");
    copied(&folder.data, &copy);
    let platform = folder.served();
    let (before, _) = head(&platform);
    platform.members(&token);
    published(&platform, before + 1);
    platform.stop();
    succeed(folder);
    house.introduces_the_successor();
    let platform = folder.served();
    for more in 1..=9 {
        platform.members(&token);
        published(&platform, before + 3 + more);
    }
    platform.stop();

    // Who stole the key of the log that ended has it say something else, from the entry on that the witnesses saw last.
    goes_on_elsewhere(folder, &copy, &token, 2);
    let adopt = command(folder, "adopt", "log.example/test-3");
    let refusal = refused(&adopt);
    assert!(
        refusal.contains(&format!("a witness of {ORIGIN} has signed a head over"))
            && refusal.contains("another history"),
        "{refusal}"
    );
    assert!(!folder.inside("keys/log-next").exists(), "nothing was begun");
}

#[test]
fn an_older_log_that_went_on_beyond_its_successor_is_refused() {
    let folder = Folder::made();
    let token = used(&folder);
    let copy = folder.path("copy");
    copied(&folder.data, &copy);
    succeed(&folder);
    let known = sql::entries(&folder);
    // One entry more than it ended with, as many as its successor has without the entry behind the bridge; then more than that.
    for looks in [1, 4] {
        goes_on_elsewhere(&folder, &copy, &token, looks);
        let entries = sql::entries(&folder);
        let refusal = refused(&command(&folder, "adopt", "log.example/test-3"));
        assert!(
            refusal.contains(&format!(
                "has {entries} entries, and the last head of {NEXT} that is known is over {known}"
            )) && refusal.contains(&format!("has {} at least", entries + 2))
                && refusal.contains(&format!("is not from before {NEXT} began")),
            "{refusal}"
        );
    }
    assert!(!folder.inside("keys/log-next").exists(), "nothing was begun");
}

#[test]
fn a_wrong_address_renames_nobody_s_log() {
    let (folder, other) = (Folder::made(), Folder::made());
    used(&folder);
    let database = format!("sqlite://{}", other.inside("pramaan.db").display());
    let adopt = command(&folder, "adopt", "log.example/test-3");
    let adopt = [&adopt[..], &["--database", &database]].concat();
    // Under the same name, as everybody's first log may have it, and under another.
    for name in [ORIGIN, NEXT] {
        let refusal = refused(&adopt);
        assert!(
            refusal.contains("is not signed with the keys of this folder"),
            "{name}: {refusal}"
        );
        if name == ORIGIN {
            succeed(&other);
        }
    }
    let said = done(&["log", "key", "--data", &other.data]);
    assert!(said.starts_with(NEXT), "{said}");
    other.served().stop();
    folder.served().stop();
}
