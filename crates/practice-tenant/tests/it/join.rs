use std::fs;

use droptrace_practice_tenant::{Joined, PracticeTenant, Settings, join_or_start};
use tempfile::TempDir;

fn file(runtime: &TempDir) -> std::path::PathBuf {
    runtime.path().join("practice.json")
}

async fn join(runtime: &TempDir) -> Joined {
    join_or_start(runtime.path(), Settings::default()).await.unwrap()
}

#[tokio::test]
async fn the_second_process_joins_the_first() {
    let runtime = tempfile::tempdir().unwrap();

    let first = join(&runtime).await;
    let second = join(&runtime).await;

    assert!(first.tenant.is_some());
    assert!(second.tenant.is_none());
    assert_eq!(first.addresses, second.addresses);
    assert!(first.tenant.unwrap().requests().is_empty(), "joining is not recorded");
}

#[tokio::test]
async fn a_tenant_that_a_test_announced_is_joined() {
    let runtime = tempfile::tempdir().unwrap();
    let tenant = PracticeTenant::start(Settings::default()).await.unwrap();
    tenant.announce(runtime.path()).unwrap();

    let joined = join(&runtime).await;

    assert_eq!(joined.addresses, tenant.addresses());
    assert!(joined.tenant.is_none());
}

#[tokio::test]
async fn the_file_of_a_dead_process_is_replaced() {
    let runtime = tempfile::tempdir().unwrap();
    let first = join(&runtime).await;
    let stale = fs::read(file(&runtime)).unwrap();
    drop(first);
    assert!(!file(&runtime).exists(), "a tenant that ends takes its file along");
    fs::write(file(&runtime), &stale).unwrap();

    let second = join(&runtime).await;

    assert!(second.tenant.is_some());
    assert_ne!(fs::read(file(&runtime)).unwrap(), stale);
}

#[tokio::test]
async fn another_server_on_the_port_is_not_joined() {
    let runtime = tempfile::tempdir().unwrap();
    let announced = PracticeTenant::start(Settings::default()).await.unwrap();
    announced.announce(runtime.path()).unwrap();
    let other = PracticeTenant::start(Settings::default()).await.unwrap();
    let text = fs::read_to_string(file(&runtime)).unwrap();
    let taken_over = text.replace(
        &announced.addresses().authority.to_string(),
        &other.addresses().authority.to_string(),
    );
    fs::write(file(&runtime), taken_over).unwrap();

    let joined = join(&runtime).await;

    assert!(joined.tenant.is_some());
}

#[tokio::test]
async fn a_broken_file_is_replaced() {
    let runtime = tempfile::tempdir().unwrap();

    for broken in ["", "{", "{\"version\":99}"] {
        fs::write(file(&runtime), broken).unwrap();
        assert!(join(&runtime).await.tenant.is_some());
    }
}

#[tokio::test]
async fn of_two_at_once_one_starts() {
    let runtime = tempfile::tempdir().unwrap();

    let (one, other) = tokio::join!(join(&runtime), join(&runtime));

    assert_eq!(one.addresses, other.addresses);
    assert!(one.tenant.is_some() ^ other.tenant.is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_private() {
    use std::os::unix::fs::PermissionsExt as _;

    let runtime = tempfile::tempdir().unwrap();
    let _joined = join(&runtime).await;

    let mode = fs::metadata(file(&runtime)).unwrap().permissions().mode();

    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_tenant_stops_when_it_is_dropped() {
    let tenant = PracticeTenant::start(Settings::default()).await.unwrap();
    let port = tenant.addresses().authority;
    let idle = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();

    drop(tenant);

    // The open connection ends, and the port takes no other.
    idle.readable().await.unwrap();
    let mut byte = [0];
    let ended = idle.try_read(&mut byte);
    assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    let again = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
    assert!(again.is_err());
}
