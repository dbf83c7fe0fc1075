//! Files to read, made once: what is in them, and how they are called, is the same every time.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Files to read.
pub(crate) struct Corpus {
    /// The file, or the folder in which they are.
    pub(crate) path: PathBuf,
    /// How many they are.
    pub(crate) files: usize,
}

/// One file of 1 GiB.
pub(crate) fn one_big(folder: &Path) -> Result<Corpus> {
    made(folder, "one-1", |folder| {
        let mut bytes = Bytes::seeded(1);
        write(&folder.join("1-gib"), 1 << 30, &mut bytes)?;
        Ok(1)
    })
    .map(|corpus| Corpus { path: corpus.path.join("1-gib"), ..corpus })
}

/// 20,000 files of 8 KiB, in 100 folders.
pub(crate) fn small(folder: &Path) -> Result<Corpus> {
    in_folders(folder, "small-1", 20_000, 200, |_| 8 * 1024)
}

/// 100,000 files of 100 bytes, in 100 folders.
pub(crate) fn tiny(folder: &Path) -> Result<Corpus> {
    in_folders(folder, "tiny-1", 100_000, 1_000, |_| 100)
}

/// 6,000 files, 750 MB in all: few of them are most of it, as on a real disk.
pub(crate) fn mixed(folder: &Path) -> Result<Corpus> {
    in_folders(folder, "mixed-1", MIXED, 60, mixed_size)
}

const MIXED: u64 = 6_000;

/// 4 files of 64 MB, 40 of 5 MB, 400 of 500 kB; the rest between 2 and 32 kB.
fn mixed_size(number: u64) -> u64 {
    if number % 1_500 == 7 {
        64_000_000
    } else if number % 150 == 11 {
        5_000_000
    } else if number % 15 == 3 {
        500_000
    } else {
        2_000 + number * 7_919 % 30_000
    }
}

/// A file of 50 GB that takes no room on the disk.
pub(crate) fn sparse(folder: &Path) -> Result<Corpus> {
    made(folder, "sparse-1", |folder| {
        File::create(folder.join("50-gb"))?.set_len(50_000_000_000)?;
        Ok(1)
    })
    .map(|corpus| Corpus { path: corpus.path.join("50-gb"), ..corpus })
}

/// A million lines as of a log; on every tenth a digest that is on no other, one third of each kind.
/// On the others is what is like a digest and none: longer runs, ids, addresses.
pub(crate) fn text(folder: &Path) -> Result<Corpus> {
    made(folder, "text-1", |folder| {
        let mut bytes = Bytes::seeded(6);
        let mut out = BufWriter::new(File::create(folder.join("million.log"))?);
        for line in 0..1_000_000_u32 {
            let word = bytes.next();
            write!(out, "2026-01-{:02}T{:02}:00:00Z host-{line} ", line % 28 + 1, line % 24)?;
            match line % 10 {
                0 => {
                    let [a, b, c, d] = [(); 4].map(|()| bytes.next());
                    let digits = format!("{a:016x}{b:016x}{c:016x}{d:016x}");
                    let length = [40, 64, 32][line as usize / 10 % 3];
                    writeln!(out, "read C:\\files\\{word:x}.exe digest={}", &digits[..length])?;
                }
                1 => writeln!(out, "session {word:016x}{word:016x}{word:016x} of user-{line}")?,
                2 => writeln!(
                    out,
                    "id {:08x}-{:04x}-4{:03x}-8{:03x}-{:012x} granted",
                    word >> 32,
                    word & 0xffff,
                    word >> 52,
                    word & 0xfff,
                    word & 0xffff_ffff_ffff
                )?,
                _ => writeln!(out, "GET https://host-{line}.example.com/{word} 200 {line} ok")?,
            }
        }
        out.flush()?;
        Ok(1)
    })
    .map(|corpus| Corpus { path: corpus.path.join("million.log"), ..corpus })
}

/// So many files, in folders of so many each.
fn in_folders(
    folder: &Path,
    name: &str,
    files: u64,
    in_each: u64,
    size: impl Fn(u64) -> u64,
) -> Result<Corpus> {
    made(folder, name, |folder| {
        let mut bytes = Bytes::seeded(files);
        for number in 0..files {
            let folder = folder.join(format!("{:03}", number / in_each));
            if number % in_each == 0 {
                fs::create_dir(&folder)?;
            }
            write(&folder.join(format!("{number:06}.bin")), size(number), &mut bytes)?;
        }
        Ok(usize::try_from(files)?)
    })
}

/// What is there already, or made now. The mark beside it says that it is whole: it comes last.
fn made(folder: &Path, name: &str, make: impl FnOnce(&Path) -> Result<usize>) -> Result<Corpus> {
    let (path, mark) = (folder.join(name), folder.join(format!("{name}.whole")));
    let whole = fs::read_to_string(&mark).ok().and_then(|text| text.trim().parse().ok());
    if let Some(files) = whole
        && holds(&path)? == files
    {
        return Ok(Corpus { path, files });
    }
    eprintln!("making {}", path.display());
    if path.exists() {
        fs::remove_dir_all(&path)?;
    }
    fs::create_dir_all(&path)?;
    let files = make(&path).with_context(|| format!("cannot make {}", path.display()))?;
    fs::write(mark, files.to_string())?;
    Ok(Corpus { path, files })
}

/// How many files are in a folder and beneath.
fn holds(folder: &Path) -> Result<usize> {
    let mut files = 0;
    let Ok(entries) = fs::read_dir(folder) else { return Ok(0) };
    for entry in entries {
        let entry = entry?;
        files += if entry.file_type()?.is_dir() { holds(&entry.path())? } else { 1 };
    }
    Ok(files)
}

fn write(path: &Path, mut size: u64, bytes: &mut Bytes) -> Result<()> {
    let mut file = File::create(path)?;
    let mut block = vec![0; 64 * 1024];
    while size > 0 {
        let length = usize::try_from(size)?.min(block.len());
        for eight in block[..length.next_multiple_of(8)].chunks_exact_mut(8) {
            eight.copy_from_slice(&bytes.next().to_le_bytes());
        }
        file.write_all(&block[..length])?;
        size -= length as u64;
    }
    Ok(())
}

/// Numbers that look like chance, always the same (`SplitMix64`).
struct Bytes(u64);

impl Bytes {
    fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
