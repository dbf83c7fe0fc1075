//! What files lie on, and how many of them may be read side by side there.

use std::{collections::HashMap, fs::Metadata, path::Path};

/// What a file lies on. Kept small, as each item has one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Device(u64);

impl Device {
    /// Marks a rotating disk or a share: two readings at once are slower than one after the other.
    /// No system numbers its devices so high.
    const SLOW: u64 = 1 << 63;

    fn new(id: u64, slow: bool) -> Self {
        Self(if slow { id | Self::SLOW } else { id & !Self::SLOW })
    }

    /// The most readings side by side, of so many that a pool has.
    pub fn side_by_side(self, most: usize) -> usize {
        if self.0 & Self::SLOW == 0 { most } else { 1 }
    }

    /// A device on which files are read one at a time, for tests.
    #[cfg(test)]
    pub(crate) fn slow(id: u64) -> Self {
        Self::new(id, true)
    }
}

/// The devices that a walk has met; each is looked at once.
#[derive(Default)]
pub(super) struct Devices(HashMap<u64, Known>);

#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) device: Device,
    /// Whether its files are made up by the system as they are read, as in `/proc`: to read one can
    /// do something, and its bytes are of the moment.
    pub(super) made_up: bool,
}

impl Devices {
    /// The device of what lies at `path`.
    pub(super) fn of(&mut self, path: &Path, metadata: &Metadata) -> Known {
        let id = id_of(path, metadata);
        *self.0.entry(id).or_insert_with(|| {
            let slow = system::is_share(path) || system::is_rotating(path, id);
            Known { device: Device::new(id, slow), made_up: system::is_made_up(path) }
        })
    }
}

#[cfg(unix)]
fn id_of(_path: &Path, metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;

    metadata.dev()
}

/// By what a path begins with: a drive, or a server and what it shares.
#[cfg(not(unix))]
fn id_of(path: &Path, _metadata: &Metadata) -> u64 {
    use std::{
        hash::{DefaultHasher, Hash, Hasher},
        path::{Component, Prefix},
    };

    let beginning = path.components().next();
    let mut hasher = DefaultHasher::new();
    match beginning {
        // However it is written, `C:` or `\\?\c:`.
        Some(Component::Prefix(prefix))
            if let Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) = prefix.kind() =>
        {
            letter.hash(&mut hasher);
        }
        beginning => beginning.hash(&mut hasher),
    }
    hasher.finish()
}

#[cfg(target_os = "linux")]
mod system {
    use std::{fs, path::Path};

    use rustix::fs::{major, minor, statfs};

    /// File systems that make up what is read (linux/magic.h): proc, sysfs, debugfs, tracefs,
    /// securityfs, bpf, cgroup, cgroup2, pstore, efivarfs, selinux, configfs.
    const MADE_UP: &[u32] = &[
        0x9fa0,
        0x6265_6572,
        0x6462_6720,
        0x7472_6163,
        0x7363_6673,
        0xcafe_4a11,
        0x0027_e0eb,
        0x6367_7270,
        0x6165_676c,
        0xde5e_81e4,
        0xf97c_ff8c,
        0x6265_6570,
    ];
    /// File systems of other machines (linux/magic.h): NFS, SMB, CIFS, SMB2, AFS, Coda, Ceph, 9P;
    /// and FUSE, behind which there mostly is one.
    const SHARES: &[u32] = &[
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x5346_414f,
        0x7375_7245,
        0x00c3_6400,
        0x0102_1997,
        0x6573_5546,
    ];

    fn is_one_of(path: &Path, kinds: &[u32]) -> bool {
        // Of what cannot be asked nothing is known; whoever reads it finds out.
        statfs(path).is_ok_and(|system| {
            u32::try_from(system.f_type & 0xffff_ffff).is_ok_and(|kind| kinds.contains(&kind))
        })
    }

    pub(super) fn is_made_up(path: &Path) -> bool {
        is_one_of(path, MADE_UP)
    }

    pub(super) fn is_share(path: &Path) -> bool {
        is_one_of(path, SHARES)
    }

    /// As the kernel says. A virtual disk is taken for a rotating one by many of them.
    pub(super) fn is_rotating(_path: &Path, id: u64) -> bool {
        let block = format!("/sys/dev/block/{}:{}", major(id), minor(id));
        let Ok(block) = fs::canonicalize(block) else { return false };
        // A partition lies in the folder of its disk.
        let disk = if block.join("queue").exists() { Some(&*block) } else { block.parent() };
        let Some(disk) = disk else { return false };
        let is_virtual = disk
            .components()
            .any(|part| part.as_os_str().to_str().is_some_and(|part| part.starts_with("virtio")))
            || disk.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"xvd"));
        let rotational = fs::read_to_string(disk.join("queue/rotational"));
        !is_virtual && rotational.is_ok_and(|rotational| rotational.trim() == "1")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_the_system_makes_up_is_known_and_a_disk_is_none_of_it() {
            assert!(is_made_up(Path::new("/proc/self/status")));
            assert!(is_made_up(Path::new("/sys")));
            assert!(!is_made_up(&std::env::temp_dir()));
            assert!(!is_share(&std::env::temp_dir()));
        }
    }
}

#[cfg(windows)]
#[expect(unsafe_code, reason = "what a drive is, calls of the system alone tell")]
mod system {
    use std::{
        fs::OpenOptions,
        os::windows::{fs::OpenOptionsExt, io::AsRawHandle},
        path::{Component, Path, Prefix},
        ptr::null_mut,
    };

    use windows_sys::Win32::{
        Storage::FileSystem::GetDriveTypeW,
        System::{
            IO::DeviceIoControl,
            Ioctl::{
                IOCTL_STORAGE_QUERY_PROPERTY, PropertyStandardQuery, STORAGE_PROPERTY_QUERY,
                StorageDeviceSeekPenaltyProperty,
            },
        },
    };

    /// Removable drives, those of other machines, and optical ones ([GetDriveTypeW](
    /// https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getdrivetypew)).
    const SHARED_OR_SLOW: [u32; 3] = [2, 4, 5];

    pub(super) fn is_made_up(_path: &Path) -> bool {
        false
    }

    pub(super) fn is_share(path: &Path) -> bool {
        super::super::is_on_server(path)
            || volume(path).is_some_and(|volume| SHARED_OR_SLOW.contains(&drive_type(&volume)))
    }

    /// As the drive's driver says. Of one that does not say nothing is known.
    pub(super) fn is_rotating(path: &Path, _id: u64) -> bool {
        // Without any access to what is on it, which an administrator alone has.
        let volume = volume(path)
            .and_then(|volume| OpenOptions::new().access_mode(0).open(volume.device()).ok());
        let Some(volume) = volume else { return false };
        let query = STORAGE_PROPERTY_QUERY {
            PropertyId: StorageDeviceSeekPenaltyProperty,
            QueryType: PropertyStandardQuery,
            AdditionalParameters: [0],
        };
        // `DEVICE_SEEK_PENALTY_DESCRIPTOR`: its version, its size, and a byte that says it.
        let mut answer = [0_u32; 3];
        let mut written = 0;
        // SAFETY: the handle is open, the query is of the kind that belongs to the code, both
        // lengths are those of what they go with, and all of it outlives the call.
        let answered = unsafe {
            DeviceIoControl(
                volume.as_raw_handle(),
                IOCTL_STORAGE_QUERY_PROPERTY,
                (&raw const query).cast(),
                length_of(&query),
                (&raw mut answer).cast(),
                length_of(&answer),
                &raw mut written,
                null_mut(),
            )
        };
        answered != 0 && written > 8 && answer[2].to_le_bytes()[0] != 0
    }

    fn length_of<T>(value: &T) -> u32 {
        u32::try_from(size_of_val(value)).unwrap_or(0)
    }

    /// What a path begins with.
    enum Volume {
        Drive(char),
        /// A name that is for this computer alone: `Volume{…}`.
        Named(String),
    }

    impl Volume {
        /// The volume itself.
        fn device(&self) -> String {
            match self {
                Self::Drive(letter) => format!(r"\\.\{letter}:"),
                Self::Named(name) => format!(r"\\?\{name}"),
            }
        }

        /// The folder that everything on it is in.
        fn root(&self) -> String {
            match self {
                Self::Drive(letter) => format!(r"{letter}:\"),
                Self::Named(name) => format!(r"\\?\{name}\"),
            }
        }
    }

    fn volume(path: &Path) -> Option<Volume> {
        let Some(Component::Prefix(prefix)) = path.components().next() else { return None };
        match prefix.kind() {
            Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => {
                Some(Volume::Drive(char::from(letter)))
            }
            Prefix::Verbatim(name) => name
                .to_str()
                .filter(|name| name.to_ascii_lowercase().starts_with("volume{"))
                .map(|name| Volume::Named(name.to_owned())),
            Prefix::VerbatimUNC(..) | Prefix::DeviceNS(_) | Prefix::UNC(..) => None,
        }
    }

    fn drive_type(volume: &Volume) -> u32 {
        let root: Vec<u16> = volume.root().encode_utf16().chain([0]).collect();
        // SAFETY: the text ends with a zero, and outlives the call.
        unsafe { GetDriveTypeW(root.as_ptr()) }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_disk_of_the_system_is_no_share_and_a_server_is_one() {
            let here = std::path::absolute(".").unwrap();
            assert!(volume(&here).is_some());
            assert!(!is_share(&std::env::temp_dir()));
            assert!(is_share(Path::new(r"\\server\share\x")));
            assert!(
                volume(Path::new(r"\\?\Volume{b75e2c83-0000-0000-0000-602f00000000}\x")).is_some()
            );
            assert!(volume(Path::new(r"\\.\pipe\x")).is_none());
        }

        #[test]
        fn a_drive_is_one_device_however_it_is_written() {
            let metadata = std::fs::metadata(".").unwrap();
            let id = |path: &str| super::super::id_of(Path::new(path), &metadata);

            assert_eq!(id(r"C:\a"), id(r"\\?\c:\b"));
            assert_ne!(id(r"C:\a"), id(r"D:\a"));
            assert_ne!(id(r"\\a\b\c"), id(r"\\a\c\c"));
        }
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
mod system {
    use std::path::Path;

    pub(super) fn is_made_up(_path: &Path) -> bool {
        false
    }

    /// Where the system says that it is not of this computer (`MNT_LOCAL`, sys/mount.h).
    #[cfg(target_os = "macos")]
    pub(super) fn is_share(path: &Path) -> bool {
        let local = u32::try_from(libc::MNT_LOCAL).unwrap_or(0);
        rustix::fs::statfs(path).is_ok_and(|system| system.f_flags & local == 0)
    }

    #[cfg(not(target_os = "macos"))]
    pub(super) fn is_share(_path: &Path) -> bool {
        false
    }

    pub(super) fn is_rotating(_path: &Path, _id: u64) -> bool {
        false
    }
}
