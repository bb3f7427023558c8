//! The peer for bodies from memory: Debian's nginx with two workers, serving the same bytes as files.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::process::{Started, free_address};

/// A started nginx; it stops with this value.
pub struct Nginx {
    pub address: SocketAddr,
    started: Started,
}

impl Nginx {
    /// Serves `body` at `/x.json`, and `gzip` to those who take it, out of `folder`.
    pub fn start(folder: &Path, body: &[u8], gzip: &[u8]) -> Result<Self> {
        let root = folder.join("www");
        std::fs::create_dir_all(&root).context("making nginx's folder")?;
        std::fs::write(root.join("x.json"), body).context("writing the body")?;
        std::fs::write(root.join("x.json.gz"), gzip).context("writing the compressed body")?;
        let address = free_address()?;
        let config = folder.join("nginx.conf");
        std::fs::write(&config, config_of(folder, address)).context("writing nginx.conf")?;
        let mut command = Command::new(program());
        command.arg("-c").arg(&config).arg("-p").arg(folder);
        let mut started = Started::spawn(&mut command, &folder.join("nginx.log"))?;
        started.wait_until(Instant::now(), || std::net::TcpStream::connect(address).is_ok())?;
        Ok(Self { address, started })
    }

    /// The master's process; its workers are its children.
    pub fn id(&self) -> u32 {
        self.started.id()
    }
}

/// Debian keeps it out of the search path of those who are not root.
fn program() -> PathBuf {
    let debian = PathBuf::from("/usr/sbin/nginx");
    if debian.exists() {
        debian
    } else {
        PathBuf::from("nginx")
    }
}

/// Version and name, such as `nginx/1.22.1`.
pub fn version() -> String {
    let said = Command::new(program()).arg("-v").output();
    let said = said.map(|output| String::from_utf8_lossy(&output.stderr).trim().to_owned());
    said.unwrap_or_default().replace("nginx version: ", "")
}

/// `user root` matters only when root runs it: the temporary folder is readable by its maker alone.
fn config_of(folder: &Path, address: SocketAddr) -> String {
    let at = folder.display();
    format!(
        "user root;
worker_processes 2;
daemon off;
pid {at}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_timeout 300s;
    keepalive_requests 1000000000;
    open_file_cache max=100 inactive=600s;
    open_file_cache_valid 600s;
    gzip_static on;
    gzip_vary on;
    client_body_temp_path {at}/body;
    proxy_temp_path {at}/proxy;
    fastcgi_temp_path {at}/fastcgi;
    uwsgi_temp_path {at}/uwsgi;
    scgi_temp_path {at}/scgi;
    types {{ application/json json; }}
    server {{
        listen {address};
        root {at}/www;
    }}
}}
"
    )
}
