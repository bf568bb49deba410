//! Embeds the web app: walks `web/dist`, compresses what compresses, and writes a table of files.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

const PLACEHOLDER: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Cauce</title>\
<h1>Cauce</h1><p>This binary was built without the web app. Run <code>make run</code>, or build <code>web</code> first.</p></html>";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo names no folder to write to")?);
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist, &dist, &mut files)?;
    } else {
        files.push(("/index.html".to_owned(), PLACEHOLDER.as_bytes().to_vec()));
    }
    files.sort();
    let mut table = String::from("static FILES: &[File] = &[\n");
    for (index, (name, bytes)) in files.iter().enumerate() {
        let plain = out.join(format!("file{index}"));
        fs::write(&plain, bytes)?;
        let packed = out.join(format!("file{index}.gz"));
        let gzip = gzip(name, bytes)?;
        if let Some(gzip) = &gzip {
            fs::write(&packed, gzip)?;
        }
        let gzip = match gzip {
            Some(_) => format!("Some(include_bytes!({packed:?}))"),
            None => "None".to_owned(),
        };
        let etag: String = Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        writeln!(
            table,
            "File {{ name: {name:?}, mime: {:?}, etag: \"\\\"{etag}\\\"\", bytes: include_bytes!({plain:?}), gzip: {gzip} }},",
            mime(name)
        )?;
    }
    table.push_str("];\n");
    fs::write(out.join("files.rs"), table)?;
    Ok(())
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        println!("cargo:rerun-if-changed={}", path.display());
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            files.push((format!("/{}", relative.to_string_lossy().replace('\\', "/")), fs::read(&path)?));
        }
    }
    Ok(())
}

/// The packed bytes, where packing pays.
fn gzip(name: &str, bytes: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
    let text =
        ["html", "js", "css", "svg", "json", "txt", "webmanifest"].iter().any(|end| name.ends_with(end));
    if !text || bytes.len() < 512 {
        return Ok(None);
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    let packed = encoder.finish()?;
    Ok((packed.len() < bytes.len()).then_some(packed))
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
