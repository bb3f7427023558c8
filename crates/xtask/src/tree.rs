//! The files of the repository as git knows them: tracked, or new and not ignored.

use std::path::Path;

use anyhow::Result;

use crate::shell;

/// One text file, its path relative to the root, with `/` between folders.
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All text files in path order. Binary files and files deleted but not yet committed are left out.
pub(crate) fn text_files() -> Result<Vec<TextFile>> {
    let root = shell::root();
    let mut list = shell::command("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let names = shell::capture(&mut list)?;
    let mut files: Vec<_> = names
        .split('\0')
        .filter(|name| !name.is_empty())
        .filter_map(|name| read(&root, name))
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn read(root: &Path, name: &str) -> Option<TextFile> {
    let text = std::fs::read_to_string(root.join(name)).ok()?;
    let binary = text.contains('\0');
    (!binary).then(|| TextFile {
        path: name.to_owned(),
        text,
    })
}
