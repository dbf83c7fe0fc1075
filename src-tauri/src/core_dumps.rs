//! No picture of this program's memory on disk: tokens live in it.
//!
//! Windows has no call for this that is safe to make from here: error reporting there is the
//! system's setting, and what it may send is told in its own dialog.

use std::io;

/// Forbids core dumps of this process and of those that it starts. Call first, before there is
/// anything to find.
///
/// On Linux other processes of the same person can then not read this one's memory either, except
/// where the file picker is the desktop portal's, which asks for the same right: there, if a
/// handler writes a dump in spite of the limit, it holds no memory.
///
/// # Errors
///
/// If the system refuses.
#[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "nothing to refuse here"))]
pub(crate) fn forbid() -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};

        // The limit does not bind a handler that the kernel pipes dumps to (core(5)).
        let emptied = std::fs::write(linux::FILTER, "0");
        if !linux::picks_through_portal() {
            set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        }
        emptied?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{env, path::Path};

    /// Which kinds of memory a dump holds: a bit each (core(5)).
    pub(super) const FILTER: &str = "/proc/self/coredump_filter";

    /// Whether GTK asks the desktop portal for the file picker, by GTK's own rule. The portal
    /// refuses a process whose `/proc/PID/root` it cannot open, and the picker would not appear.
    pub(super) fn picks_through_portal() -> bool {
        env::var_os("GTK_USE_PORTAL").is_some_and(|asked| asked == "1")
            || env::var_os("SNAP").is_some()
            || Path::new("/.flatpak-info").exists()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;

    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    use super::*;
    use crate::again::{self, Again};

    #[test]
    fn no_memory_goes_to_disk_and_nobody_reads_it() {
        match again::from("core_dumps::tests::no_memory_goes_to_disk_and_nobody_reads_it") {
            Again::Child => {
                forbid().unwrap();

                let limit = getrlimit(Resource::Core);
                assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
                assert_eq!(fs::read_to_string(linux::FILTER).unwrap(), "00000000\n");
                assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
            }
            Again::Parent(mut child) => {
                child.env_remove("GTK_USE_PORTAL").env_remove("SNAP");
                again::succeed(&mut child);
            }
        }
    }

    #[test]
    fn a_picker_of_the_portal_is_not_locked_out() {
        match again::from("core_dumps::tests::a_picker_of_the_portal_is_not_locked_out") {
            Again::Child => {
                forbid().unwrap();

                assert_eq!(getrlimit(Resource::Core).maximum, Some(0));
                assert_eq!(fs::read_to_string(linux::FILTER).unwrap(), "00000000\n");
                assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::Dumpable);
            }
            Again::Parent(mut child) => {
                again::succeed(child.env("GTK_USE_PORTAL", "1"));
            }
        }
    }
}
