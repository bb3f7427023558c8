//! The command table.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pramaan_http::server::Proxy;

/// Pramaan: a national vaccination platform whose operator can prove who read which record.
#[derive(Parser)]
#[command(name = "pramaan", version, long_version = long_version(), about, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// `--version`: with the hash of the register, by which two programs of one version can be told apart in what they keep.
fn long_version() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let (version, hash) = (env!("CARGO_PKG_VERSION"), pramaan_app::inventory::hash());
        format!("{version}\nregister sha256:{hash}")
    });
    &TEXT
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show everything on this machine: fresh data, sessions near you, staff, and a tour. Loopback only.
    Demo(Demo),
    /// Serve the platform.
    Serve(Serve),
    /// Make a data folder: keys (readable by you alone), database and access log.
    Init(Init),
    /// Bring the database to this program's schema.
    Migrate(Place),
    /// Load centres, sessions, staff or cohorts from a CSV file (docs/import.md).
    Import(Import),
    /// Invite staff, or end an account.
    Staff(Staff),
    /// Recall a batch of a vaccine at every centre, or end a recall (docs/stock.md).
    Stock(Stock),
    /// White-list a partner or a facility and make its key.
    Partner(Partner),
    /// Replace a root key, as a precaution or because somebody else may have it (docs/operation.md).
    Keys(Keys),
    /// Take mobile numbers from the people who were registered with them.
    Number(Number),
    /// Ask the dated rules of vaccination. Needs no data folder.
    Rules(Rules),
    /// Check a certificate offline: the PDF, its JSON, or the text of its QR code.
    VerifyCertificate(VerifyCertificate),
    /// Copy a running embedded database to a file, and the persons' keys to another.
    ///
    /// TO gets every table but that of the persons' keys, and opens nothing without them; TO.keys gets these keys, wrapped
    /// by the sealing key: keep it apart, and for thirty days at most, because erasure is their deletion. Both appear only
    /// when they are whole; a killed backup leaves TO.part and TO.keys.part, which the next one to TO removes.
    ///
    /// Not in either, and to be kept by other ways, apart from both: the folder keys (without it nothing can be opened),
    /// pramaan.toml, log-head (the last signed head) and erased (who was erased). The last two must be the newest there
    /// are, never those of the backup's day: with them a start after a restore refuses a forked log and erases again.
    Backup(Backup),
    /// Put the two files of a backup together again as the embedded database of a data folder.
    ///
    /// Nothing else of the folder is touched: keys, pramaan.toml, log-head and erased stay, and must be the newest there
    /// are. Refused while a server has the folder open. It says which command comes next.
    Restore(Restore),
    /// What an operator may do to the access log itself, and what anybody may do to a published one: audit it, or check
    /// an extract of it.
    Log(Log),
    /// Cosign the heads of access logs, for somebody else than who runs them (docs/witness.md). Needs no data folder.
    Witness(Witness),
    /// Every field about a person that this program stores, sends or logs: class, protection, how long, what for. Needs no
    /// data folder (docs/inventory.md).
    Inventory(Inventory),
    /// What is kept no longer than its purpose lasts, and whether it went.
    Retention(Retention),
    /// Print the public key with which others check this folder's certificates (docs/certificate.md).
    CertificateKey {
        /// The data folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
}

/// Where the data is.
#[derive(Args, Clone)]
pub(crate) struct Place {
    /// The data folder: keys, configuration and, embedded, the database.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// sqlite://PATH or postgres://…; the embedded database in the data folder when left out. To another host PostgreSQL
    /// is spoken to with TLS only: ?sslrootcert=FILE names its authority, sslmode=disable is for this machine.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}

#[derive(Args)]
pub(crate) struct Init {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The name under which the access log is published: a host and a path, such as log.example.gov.in/2026. Chosen once,
    /// never changed.
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) origin: String,
    /// What the links in certificates begin with: your own address, https://HOST/.
    #[arg(long, value_name = "URL", default_value = "https://pramaan.example/")]
    pub(crate) issuer: String,
}

#[derive(Args)]
pub(crate) struct Rules {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Subcommand)]
pub(crate) enum RulesCommand {
    /// Which dose is due, from when, by which rule.
    Explain(Explain),
}

#[derive(Args)]
pub(crate) struct Explain {
    /// Answer as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
    /// The day of vaccination, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    pub(crate) on: String,
    /// Year of birth; where the age depends on the day, the site verifies it.
    #[arg(
        long,
        value_name = "YEAR",
        conflicts_with = "birth_date",
        required_unless_present = "birth_date"
    )]
    pub(crate) birth_year: Option<String>,
    /// Date of birth, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    pub(crate) birth_date: Option<String>,
    /// general, hcw (health care worker), flw (front-line worker) or traveller.
    #[arg(long, default_value = "general")]
    pub(crate) group: String,
    /// One of the twenty listed comorbidities, with a certificate.
    #[arg(long)]
    pub(crate) comorbid: bool,
    /// Kind of the centre: government or private. Some rows hold for one of them only.
    #[arg(long)]
    pub(crate) channel: Option<Counter>,
    /// When the appointment was booked: later changes do not touch it.
    #[arg(long, value_name = "DATE")]
    pub(crate) booked_on: Option<String>,
    /// The day of recovery from a laboratory-proven infection.
    #[arg(long, value_name = "DATE")]
    pub(crate) recovered: Option<String>,
    /// The vaccine asked about, such as COVISHIELD; without it, any that is due.
    #[arg(long, value_name = "NAME")]
    pub(crate) vaccine: Option<String>,
    /// A dose already given, such as COVISHIELD@2021-05-15; repeat it for each.
    #[arg(long = "dose", value_name = "NAME@DATE")]
    pub(crate) doses: Vec<String>,
}

/// At whose centre.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Counter {
    #[value(alias = "government")]
    Govt,
    Private,
}

#[derive(Args)]
pub(crate) struct Serve {
    /// Where to listen; put a proxy with TLS before anything but loopback.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// A reverse proxy of yours, or a network of them: its X-Forwarded-For is believed. Repeat it for each.
    #[arg(long = "trusted-proxy", value_name = "CIDR")]
    pub(crate) trusted_proxies: Vec<Proxy>,
    /// Clients connect here themselves, without a proxy between. When neither this nor a proxy is named, requests that look
    /// forwarded are answered 503, and this machine has no more requests than any network.
    #[arg(long, conflicts_with = "trusted_proxies")]
    pub(crate) direct: bool,
    /// Where /metrics and /readyz are served, such as 127.0.0.1:9090; nowhere when left out. Keep it from strangers.
    #[arg(long, value_name = "ADDR")]
    pub(crate) admin_listen: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Settings to use in place of the data folder's pramaan.toml; docs/pramaan.example.toml shows every key.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where messages go: `console`, or `jsonl:PATH` for a file that a gateway reads. Required: without it nobody can log in.
    #[arg(long, value_name = "ADAPTER")]
    pub(crate) sms: Option<String>,
}

#[derive(Args)]
pub(crate) struct Demo {
    /// A loopback address; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// An empty or new folder to fill; a temporary one when left out.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// sqlite://PATH or postgres://…; embedded when left out.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}

#[derive(Args)]
pub(crate) struct VerifyCertificate {
    /// A certificate: the PDF, its JSON, or the text of its QR code.
    pub(crate) file: PathBuf,
    /// Hex of the issuer's public key; the data folder's key with --data. Without either, that of ./pramaan-data if it is
    /// there; and without that nothing can be said about the signature (exit code 3).
    #[arg(long, value_name = "HEX")]
    pub(crate) key: Vec<String>,
    /// The data folder whose issuer is trusted.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The file to write; it must not exist.
    pub(crate) to: PathBuf,
}

#[derive(Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The file of records that `pramaan backup` wrote.
    pub(crate) from: PathBuf,
    /// The persons' keys of the same backup; FROM.keys when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// Take the place of a database that is there, which is kept as pramaan.db.before-restore.
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Args)]
pub(crate) struct Log {
    #[command(subcommand)]
    pub(crate) command: LogCommand,
}

#[derive(Subcommand)]
pub(crate) enum LogCommand {
    /// Go on with a database that is not the one that was served from this folder, as after restoring an old backup. Writes
    /// an entry that says so, with the reason.
    ///
    /// When entries that others have seen are not in it, a log of another name goes on with those that are, and says in
    /// public how many are lost: that takes --origin, and the server stopped.
    Adopt {
        #[command(flatten)]
        place: Place,
        /// The name of the log that goes on; no log here ever had it.
        #[arg(long, value_name = "NAME")]
        origin: Option<String>,
        /// What happened and who decided; sealed, and shown to an investigation.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Go on although too few witnesses say what they have seen; the entry says so beside the reason.
        #[arg(long)]
        without_witnesses: bool,
    },
    /// End the log, because somebody else may have its key, and begin one with another name and key that has the same
    /// entries and a bridge that says so. With the server stopped; stopped in the middle, it goes on when it is given again.
    Succeed(Succeed),
    /// Print the log's public key, origin+hex+base64: for witnesses, and for the policy file that names them.
    Key {
        #[command(flatten)]
        place: Place,
    },
    /// Write what is published to a folder: heads, tiles, entries, policies. Anybody can serve, copy and audit it. A second
    /// export to the same folder adds what is new.
    Export {
        #[command(flatten)]
        place: Place,
        /// The folder, made when it is not there.
        #[arg(value_name = "DIR")]
        to: PathBuf,
    },
    /// Compare the database with its log, row by row, and name what was altered. Also while it is served.
    ///
    /// Ends with 0 when everything is as it was written, and with 1 when not.
    Check {
        #[command(flatten)]
        place: Place,
        /// An export that somebody else keeps, to compare the entries with.
        #[arg(long, value_name = "DIR")]
        against: Option<PathBuf>,
    },
    /// Audit a published log: signatures, roots, every entry, every day (docs/audit.md). Needs no data folder.
    ///
    /// Ends with 0 when the log keeps its promises, with 1 when it breaks one, which is named, and with 2 when that could
    /// not be found out.
    Verify(Verify),
    /// Check a person's extract: that each entry is in the log, and that there are no others (docs/extract.md). Needs no
    /// data folder and no line. Ends with 0 when all holds, 1 when a check fails, 2 when there is nothing to check.
    VerifyExtract(VerifyExtract),
    /// Check the receipt of one entry: that the entry is in the log (docs/extract.md). Needs no data folder and no line.
    /// Ends with 0 when it is, 1 when that is not shown, 2 when there is nothing to check.
    VerifyProof(VerifyProof),
}

#[derive(Args)]
pub(crate) struct VerifyProof {
    /// A receipt: a file of C2SP tlog-proof whose extra line is the entry.
    pub(crate) file: PathBuf,
    /// The log's key as it publishes it: name+hex+base64.
    #[arg(
        long,
        value_name = "VKEY",
        required_unless_present = "policy",
        conflicts_with = "policy"
    )]
    pub(crate) key: Option<String>,
    /// Whose log it must be and which witnesses must have cosigned it (C2SP tlog-policy).
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Succeed {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The name of the log that goes on; no log here ever had it.
    #[arg(long, value_name = "NAME")]
    pub(crate) origin: String,
    /// What happened and who decided; sealed, and shown to an investigation.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Write over and remove the key of the log that ended, instead of putting it aside.
    #[arg(long)]
    pub(crate) destroy: bool,
    /// Go on although too few witnesses say what they have seen; the entry says so beside the reason.
    #[arg(long)]
    pub(crate) without_witnesses: bool,
    /// Heads that witnesses show and the database does not hold were signed by whoever stole the key: go on from what the
    /// database and the folder have. The entry says so beside the reason.
    #[arg(long)]
    pub(crate) disown: bool,
}

#[derive(Args)]
pub(crate) struct VerifyExtract {
    /// The file pramaan-accesses.json.gz, packed or not.
    pub(crate) file: PathBuf,
    /// The log's key as published in another place than the file: name+hex+base64. Without it the key in the file is
    /// used, and the answer says what that is worth.
    #[arg(long, value_name = "VKEY")]
    pub(crate) key: Option<String>,
    /// A checkpoint of the same size that was published in another place.
    #[arg(long, value_name = "NOTE")]
    pub(crate) checkpoint: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Verify {
    /// The folder of an export, or the address of a server, https://HOST/log/.
    #[arg(value_name = "DIR|URL")]
    pub(crate) place: String,
    /// Whose log it must be and which witnesses must have cosigned it (C2SP tlog-policy). Without it the key that is
    /// published beside the checkpoint is believed, and the report says what that is worth.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Files to read at one time; 8 from a server, as many as there are processors from a folder.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) at_once: Option<std::num::NonZeroUsize>,
    /// How long a server may take for one file, connection and all.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) patience: u64,
}

#[derive(Args)]
pub(crate) struct Inventory {
    /// Places of centres, constants and what is about nobody, too.
    #[arg(long)]
    pub(crate) all: bool,
    /// As JSON; with --all the register itself, byte for byte what its hash is over.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Retention {
    #[command(subcommand)]
    pub(crate) command: RetentionCommand,
}

#[derive(Subcommand)]
pub(crate) enum RetentionCommand {
    /// How old the oldest row of each table is and when it has to go, and the last entry of the retention job. Exit code 1
    /// when something is overdue.
    Status(Place),
}

#[derive(Args)]
pub(crate) struct Import {
    /// What the file holds.
    pub(crate) what: Importable,
    /// A CSV file; docs/import.md has its columns.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Load the good rows and write the bad ones, with reasons, to FILE.rejects.csv.
    #[arg(long)]
    pub(crate) skip_bad: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Importable {
    Centres,
    Sessions,
    /// Each row becomes an invitation, never a password.
    Staff,
    /// Health care workers, front-line workers and travellers by mobile and year of birth; kept as keyed indexes only.
    Cohort,
}

#[derive(Args)]
pub(crate) struct Staff {
    #[command(subcommand)]
    pub(crate) command: StaffCommand,
}

#[derive(Subcommand)]
pub(crate) enum StaffCommand {
    /// Make a one-time enrolment link. The person sets password and second factor with it.
    Invite {
        #[command(flatten)]
        place: Place,
        /// Staff code, such as MH395-0007.
        #[arg(long)]
        code: String,
        /// Name, as colleagues know them; it is sealed, and people see the staff code only.
        #[arg(long)]
        name: String,
        #[arg(long)]
        role: Role,
        /// Number of the centre; none for a district admin.
        #[arg(long)]
        centre: Option<i64>,
        /// CoWIN's district id, such as 395 for Mumbai.
        #[arg(long)]
        district: i64,
    },
    /// End an account: its logins, devices and invitation, and its days on rosters from today on. Its code stays taken.
    End {
        #[command(flatten)]
        place: Place,
        /// Staff code, such as MH395-0007.
        code: String,
    },
}

#[derive(Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Replace a key as a precaution, with an entry in the access log. It says what comes next.
    ///
    /// sealing: what is new is sealed by the next key; `pramaan keys rewrap` then moves the keys of persons to it.
    /// index: as new-index; `pramaan keys rekey-index` then moves the rows.
    /// token: new logins are signed by the next key, and those of the key before are believed until they run out.
    /// certificate: new certificates are signed by the next key, and those of the keys before stay valid.
    /// log: refused: a log has one key for ever; `pramaan log succeed` begins the next.
    Rotate(KeyChange),
    /// Replace a key that somebody else may have, with an entry in the access log. It says what comes next, and what was
    /// lost that no new key brings back.
    ///
    /// sealing, index: as rotate.
    /// token: every login at a phone ends at the next start; logins of staff are rows of the database and stay.
    /// certificate: what the keys before have signed is believed no more; people find theirs signed anew under their login.
    /// log: refused: a log has one key for ever; `pramaan log succeed` begins the next.
    Compromised(KeyChange),
    /// Wrap every person's keys by the newest sealing key, some rows at a time, while servers that know the key answer.
    /// When it is stopped, give it again.
    Rewrap {
        #[command(flatten)]
        place: Place,
    },
    /// Make the next key of the indexes by which people are found, beside those before, which stay needed. Then start every
    /// server again, all of them, and give `pramaan keys rekey-index`.
    NewIndex {
        #[command(flatten)]
        place: Place,
    },
    /// Move every number, document, reference id and certificate to the newest index key, a few rows at a time, while servers
    /// that know the key answer. When it is stopped, give it again.
    RekeyIndex {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
pub(crate) struct KeyChange {
    /// Which key.
    pub(crate) key: RootKey,
    #[command(flatten)]
    pub(crate) place: Place,
    /// What happened and who decided; sealed, and shown to an investigation.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// A key of the folder of keys.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RootKey {
    Sealing,
    Index,
    Token,
    Log,
    Certificate,
}

#[derive(Args)]
pub(crate) struct Number {
    #[command(subcommand)]
    pub(crate) command: NumberCommand,
}

#[derive(Subcommand)]
pub(crate) enum NumberCommand {
    /// Numbers that a telephone company gave to other people. Whoever was reached by them is found again at a site, with the
    /// document. Says how many numbers were read, and of none whether anybody was registered with it.
    Recycled {
        #[command(flatten)]
        place: Place,
        /// A file with one number of ten digits in each line.
        #[arg(value_name = "FILE")]
        file: std::path::PathBuf,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    Vaccinator,
    #[value(alias = "site_manager")]
    SiteManager,
    #[value(alias = "district_admin")]
    DistrictAdmin,
}

#[derive(Args)]
pub(crate) struct Stock {
    #[command(subcommand)]
    pub(crate) command: StockCommand,
}

#[derive(Subcommand)]
pub(crate) enum StockCommand {
    /// Tell every centre not to use a batch from a day on. A dose of it is recorded with a flag, never refused for good.
    Recall {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        batch: BatchName,
        /// The first day on which it is not used, YYYY-MM-DD: today or before.
        #[arg(long, value_name = "DATE")]
        since: String,
        /// Every centre reads it: 10 to 300 characters, and nobody's name.
        #[arg(long)]
        reason: String,
    },
    /// End a recall.
    Lift {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        batch: BatchName,
    },
    /// Every recall that holds.
    List {
        #[command(flatten)]
        place: Place,
    },
}

/// A batch: two makers may use one number.
#[derive(Args)]
pub(crate) struct BatchName {
    /// Such as COVISHIELD.
    #[arg(long, value_name = "NAME")]
    pub(crate) vaccine: String,
    /// As printed on the vial.
    #[arg(long)]
    pub(crate) batch: String,
}

#[derive(Args)]
pub(crate) struct Partner {
    #[command(subcommand)]
    pub(crate) command: PartnerCommand,
}

#[derive(Subcommand)]
pub(crate) enum PartnerCommand {
    /// Make a key. An aggregator serves citizens with their own OTP; a facility works at one centre with its staff.
    Add {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        name: String,
        #[arg(long)]
        kind: PartnerSort,
        /// Number of the facility's centre.
        #[arg(long)]
        centre: Option<i64>,
    },
    /// Everybody with a key that has not ended: number, kind, centre, name.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// End a partner's key for good. Citizens' logins through it end with it.
    End {
        #[command(flatten)]
        place: Place,
        /// The partner's number, as `partner list` shows it.
        number: u64,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PartnerSort {
    Aggregator,
    Facility,
}

#[derive(Args)]
pub(crate) struct Witness {
    #[command(subcommand)]
    pub(crate) command: WitnessCommand,
}

#[derive(Subcommand)]
pub(crate) enum WitnessCommand {
    /// Make a witness's folder with a key of its own, and print the line that others know it by.
    Init {
        /// A new or empty folder. Never restore it from a backup: a witness that forgot what it cosigned proves nothing.
        dir: PathBuf,
        /// A host and perhaps a path, such as witness.example.org/1; it stands on every cosignature.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Cosign a log from now on. A witness that is being served learns of it at once.
    AddLog {
        /// The witness's folder.
        dir: PathBuf,
        /// The log's verifier key, as its operator publishes it at /log/key: ORIGIN+HEX+BASE64.
        key: String,
    },
    /// Answer logs that ask for cosignatures, and whoever asks what was cosigned.
    Serve {
        /// The witness's folder.
        dir: PathBuf,
        /// Where to listen; a proxy before it may add TLS.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
    },
    /// Say what was cosigned of each log, and when. Exit code 1 when a log forked or a file is not what was written.
    Status {
        /// The witness's folder.
        dir: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;
    use pramaan_app::inventory;

    use super::Cli;

    fn leaves(command: &clap::Command, above: &str, found: &mut BTreeSet<String>) {
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            let name = format!("{above} {}", sub.get_name()).trim().to_owned();
            match sub.has_subcommands() {
                true => leaves(sub, &name, found),
                false => {
                    found.insert(name);
                }
            }
        }
    }

    fn commands(all: &clap::Command) -> BTreeSet<String> {
        let mut commands = BTreeSet::new();
        leaves(all, "", &mut commands);
        commands
    }

    #[test]
    fn every_command_says_what_it_opens() {
        let commands = commands(&Cli::command());
        let declared = &inventory::register().commands;
        let said: BTreeSet<String> = declared.iter().map(|command| command.name.clone()).collect();
        let unsaid: Vec<_> = commands.difference(&said).collect();
        let gone: Vec<_> = said.difference(&commands).collect();
        assert!(
            unsaid.is_empty() && gone.is_empty(),
            "commands without a line `COMMAND name | what it opens` in policy/openings.txt: {unsaid:?}; lines without a \
             command: {gone:?}; then `cargo xtask generate`"
        );
        assert_eq!(said.len(), declared.len(), "a command has two lines");
    }

    #[test]
    fn a_planted_command_is_seen() {
        let planted =
            Cli::command().mut_subcommand("log", |log| log.subcommand(clap::Command::new("planted")));
        let before = commands(&Cli::command());
        let more: Vec<String> = commands(&planted).difference(&before).cloned().collect();
        assert_eq!(more, ["log planted"]);
    }

    #[test]
    fn the_long_version_has_the_hash_of_the_register() {
        let version = Cli::command().render_long_version();
        assert!(
            version.ends_with(&format!("register sha256:{}\n", inventory::hash())),
            "{version}"
        );
        assert_eq!(Cli::command().render_version().lines().count(), 1);
    }
}
