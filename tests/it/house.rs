//! House rules that a test can read.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with(".git") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Lines of code: without blanks, comments, and the tests at the foot.
fn code_lines(path: &Path) -> usize {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

#[test]
fn rooms_are_small() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    let mut sizes: Vec<(usize, PathBuf)> = files.into_iter().map(|path| (code_lines(&path), path)).collect();
    sizes.sort();
    assert!(sizes.len() > 50);
    let (median, _) = &sizes[sizes.len() / 2];
    assert!(*median <= 80, "the median file has {median} lines");
    let large: Vec<_> = sizes.iter().filter(|(lines, _)| *lines > 300).collect();
    assert!(large.is_empty(), "rooms that need a wall: {large:?}");
}

#[test]
fn the_protocol_knows_no_other_room() {
    let mut files = Vec::new();
    sources(&root().join("alipay-tower/src/protocol"), &mut files);
    let allowed = [
        "std",
        "core",
        "super",
        "self",
        "crate::protocol",
        "md5",
        "memchr",
        "subtle",
        "zeroize",
        "roxmltree",
        "encoding_rs",
        "png",
        "qrcode",
        "serde_core",
        "serde_json",
        "aws_lc_rs",
        "base64",
        "rsa",
        "sha1",
        "x509_cert",
    ];
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().map(str::trim) {
            let Some(import) = line.strip_prefix("use ").or_else(|| line.strip_prefix("pub use ")) else {
                continue;
            };
            let known = allowed.iter().any(|root| import.starts_with(root));
            assert!(known, "{} imports {import}", path.display());
        }
        for word in ["async ", "SystemTime::now", "tokio", "http::", "reqwest"] {
            assert!(!code.contains(word), "{} has `{word}`", path.display());
        }
    }
}

#[test]
fn every_licence_in_the_tree_is_permissive() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let host = String::from_utf8(Command::new("rustc").arg("-vV").output().unwrap().stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
    // What other platforms need was never downloaded on a fresh machine.
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default();
        // Of alternatives one is enough; what is joined by AND must all be permissive.
        let permissive = licence.split(" OR ").any(|choice| {
            !choice.is_empty()
                && !choice.contains("GPL")
                && !choice.contains("SSPL")
                && !choice.contains("BUSL")
        });
        let file = package["license_file"].as_str().is_some();
        assert!(permissive || file, "{} is under `{licence}`", package["name"]);
    }
}

#[test]
fn nothing_is_left_undone() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    // Spelt in two halves, so that this file does not find itself.
    let marks =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimplemented", "!(")];
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for mark in marks {
            assert!(!text.contains(mark), "{} has {mark}", path.display());
        }
    }
}
