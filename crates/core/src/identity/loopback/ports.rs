//! One port on both loopback addresses.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// A listener on 127.0.0.1 and, where this machine has IPv6, one on `::1` at the same port.
#[derive(Debug)]
pub(super) struct Pair<L> {
    pub(super) v4: L,
    pub(super) v6: Option<L>,
    pub(super) port: u16,
}

/// How many ports are tried before the attempt is given up.
const TRIES: usize = 5;

/// Finds a port that is free on both addresses. `listen` is given an address and a port, 0 for any,
/// and returns the listener and its port.
///
/// A browser may try either address for `localhost`. Were only one of them held, another program
/// on this machine could sit on the other and be handed the code.
pub(super) fn bind<L>(
    mut listen: impl FnMut(IpAddr, u16) -> io::Result<(L, u16)>,
) -> io::Result<Pair<L>> {
    // Held until a pair is found, so that the system does not offer the same port again.
    let mut halves = Vec::new();
    for _ in 0..TRIES {
        let (v4, port) = listen(Ipv4Addr::LOCALHOST.into(), 0)?;
        match listen(Ipv6Addr::LOCALHOST.into(), port) {
            Ok((v6, _)) => return Ok(Pair { v4, v6: Some(v6), port }),
            Err(error) if is_without_ipv6(&error) => return Ok(Pair { v4, v6: None, port }),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => halves.push(v4),
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

/// Whether the error says that this machine has no IPv6, rather than that the port is taken.
fn is_without_ipv6(error: &io::Error) -> bool {
    #[cfg(unix)]
    const NO_SUCH_FAMILY: i32 = libc::EAFNOSUPPORT;
    #[cfg(not(unix))]
    const NO_SUCH_FAMILY: i32 = 10_047; // WSAEAFNOSUPPORT, winsock2.h

    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
        || error.raw_os_error() == Some(NO_SUCH_FAMILY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out ports 1, 2, 3 …; `::1` answers with what `v6` says of the port.
    fn bind_where(v6: impl Fn(u16) -> io::Result<()>) -> io::Result<Pair<IpAddr>> {
        let mut next = 0;
        bind(|address, port| {
            if address.is_ipv4() {
                next += 1;
                return Ok((address, next));
            }
            v6(port).map(|()| (address, port))
        })
    }

    #[test]
    fn holds_both_addresses_at_one_port() {
        let pair = bind_where(|_| Ok(())).unwrap();

        assert_eq!(pair.v4, IpAddr::from(Ipv4Addr::LOCALHOST));
        assert_eq!(pair.v6, Some(IpAddr::from(Ipv6Addr::LOCALHOST)));
    }

    #[test]
    fn moves_on_from_a_port_that_another_program_holds_on_the_other_address() {
        let taken_until = |free| {
            move |port| if port < free { Err(io::ErrorKind::AddrInUse.into()) } else { Ok(()) }
        };

        let pair = bind_where(taken_until(4)).unwrap();
        assert_eq!((pair.port, pair.v6.is_some()), (4, true));

        let error = bind_where(taken_until(6)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }

    #[test]
    fn goes_on_with_one_address_only_where_there_is_no_ipv6() {
        let no_address = bind_where(|_| Err(io::ErrorKind::AddrNotAvailable.into())).unwrap();
        assert!(no_address.v6.is_none());

        #[cfg(unix)]
        {
            let no_family =
                bind_where(|_| Err(io::Error::from_raw_os_error(libc::EAFNOSUPPORT))).unwrap();
            assert!(no_family.v6.is_none());
        }

        let forbidden = bind_where(|_| Err(io::ErrorKind::PermissionDenied.into())).unwrap_err();
        assert_eq!(forbidden.kind(), io::ErrorKind::PermissionDenied);
    }
}
