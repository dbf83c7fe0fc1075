//! The folder beside the keyring.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

/// The most bytes of a file that is read here.
const LARGEST: u64 = 1 << 20;

/// A folder of small private files. Names are this module's own.
pub(super) trait Disk: Send + Sync + 'static {
    /// The file's content, if it is there.
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>>;
    /// Makes a new file, which is on the disk when this returns.
    fn create(&self, name: &str, content: &[u8]) -> io::Result<()>;
    /// Gives a file another's name, in its place.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file. One that is not there is removed.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// The names of all files.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Writes a file, whole or not at all.
    fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);

        // A name of its own: another program, or another thread, may write the same file.
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let new = format!("{name}.{}-{number}.new", process::id());
        let write = || {
            self.create(&new, content)?;
            self.rename(&new, name)
        };
        match write() {
            // Another program that starts at this moment took it for left behind.
            Err(error) if error.kind() == io::ErrorKind::NotFound => write(),
            outcome => outcome,
        }
    }
}

/// A folder of the file system.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The folder, made for this person alone if it is not there.
    pub(super) fn made(&self) -> io::Result<&Path> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0)?;
        Ok(&self.0)
    }

    /// So that a name, or its absence, outlasts a loss of power.
    fn sync(&self) -> io::Result<()> {
        // Windows opens no folder as a file, and keeps names in a journal.
        if cfg!(unix) { File::open(&self.0)?.sync_all() } else { Ok(()) }
    }
}

impl Disk for Folder {
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.0.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut content = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(Some(content))
    }

    fn create(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let path = self.made()?.join(name);
        self.remove(name)?;
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(content)?;
        file.sync_all()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))?;
        self.sync()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.0.join(name)) {
            Ok(()) => self.sync(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
        Ok(names.collect::<io::Result<Vec<_>>>()?.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::atomic::AtomicBool, thread};

    use super::*;

    /// A folder in which another program tidies up at the worst moment, once.
    struct Tidied(Folder, AtomicBool);

    impl Disk for Tidied {
        fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
            self.0.read(name)
        }

        fn create(&self, name: &str, content: &[u8]) -> io::Result<()> {
            self.0.create(name, content)?;
            if self.1.swap(false, Ordering::SeqCst) { self.0.remove(name) } else { Ok(()) }
        }

        fn rename(&self, from: &str, to: &str) -> io::Result<()> {
            self.0.rename(from, to)
        }

        fn remove(&self, name: &str) -> io::Result<()> {
            self.0.remove(name)
        }

        fn list(&self) -> io::Result<Vec<String>> {
            self.0.list()
        }
    }

    #[test]
    fn a_file_that_another_program_tidied_away_is_written_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("made when it is needed");
        let disk = Tidied(Folder::new(folder), AtomicBool::new(true));

        disk.write("a", b"content").unwrap();

        assert_eq!(disk.read("a").unwrap().as_deref(), Some(&b"content"[..]));
        assert_eq!(disk.list().unwrap(), ["a"]);
    }

    #[test]
    fn two_that_write_one_file_leave_it_whole() {
        let folder = tempfile::tempdir().unwrap();
        thread::scope(|scope| {
            for letter in [b'a', b'b'] {
                let disk = Folder::new(folder.path().to_owned());
                scope.spawn(move || {
                    for _ in 0..40 {
                        disk.write("one", &[letter; 1_000]).unwrap();
                        let found = disk.read("one").unwrap().unwrap();
                        assert!(found == [b'a'; 1_000] || found == [b'b'; 1_000]);
                    }
                });
            }
        });
    }

    #[cfg(unix)]
    #[test]
    fn what_lies_there_is_for_this_person_alone() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sign-in");
        Folder::new(path.clone()).write("a", b"content").unwrap();

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join("a"))), (0o700, 0o600));
    }
}
