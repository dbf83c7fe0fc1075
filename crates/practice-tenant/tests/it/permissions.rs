//! What an access token lets its bearer do, and what the person may see.

use droptrace_practice_tenant::Permission;

use crate::client::{Client, EXAMPLE_SHA1, claims, mara, tomas};

fn path() -> String {
    format!("/api/files/{EXAMPLE_SHA1}/alerts")
}

fn scope(permissions: &[Permission]) -> String {
    let mut scope = "openid".to_owned();
    for permission in permissions {
        scope.push(' ');
        scope.push_str(&permission.scope());
    }
    scope
}

async fn token(client: &Client, permissions: &[Permission]) -> String {
    let body = client.sign_in_for(mara(), &scope(permissions)).await;
    assert_eq!(body["scope"], scope(permissions), "what was given is what was asked for");
    body["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_holds_what_was_asked_for_each_once() {
    let client = Client::start().await;
    for permissions in [
        &[Permission::AlertRead][..],
        &[Permission::AlertReadWrite],
        &[Permission::FileReadAll, Permission::AlertRead],
        &Permission::ALL,
    ] {
        let names: Vec<_> = permissions.iter().map(ToString::to_string).collect();
        let given = claims(&token(&client, permissions).await);
        assert_eq!(given["scp"], names.join(" "));
    }
    let twice = scope(&[Permission::AlertRead, Permission::AlertRead]);
    let body = client.sign_in_for(mara(), &twice).await;
    assert_eq!(body["scope"], scope(&[Permission::AlertRead]));
}

#[tokio::test]
async fn either_permission_reads_alerts_until_one_is_required() {
    let client = Client::start().await;
    let read = token(&client, &[Permission::AlertRead, Permission::FileReadAll]).await;
    let write = token(&client, &[Permission::AlertReadWrite]).await;
    let status = async |token: &str| client.get(token, &path()).await.status().as_u16();

    assert_eq!([status(&read).await, status(&write).await], [200, 200]);

    client.tenant.require_read_write(true);
    assert_eq!(status(&write).await, 200);
    let (status_of_read, body) = client.get_json(&read, &path()).await;
    assert_eq!(status_of_read, 403);
    assert_eq!(body["error"]["code"], "Forbidden");
    assert_eq!(
        body["error"]["message"],
        "Missing application scopes. API required scopes: Alert.ReadWrite, application scopes: \
         Alert.Read File.Read.All."
    );

    client.tenant.require_read_write(false);
    assert_eq!(status(&read).await, 200);
}

#[tokio::test]
async fn a_file_needs_a_permission_of_its_own() {
    let client = Client::start().await;
    let alerts = token(&client, &[Permission::AlertRead, Permission::AlertReadWrite]).await;
    let files = token(&client, &[Permission::FileReadAll]).await;
    let file = format!("/api/files/{EXAMPLE_SHA1}");

    assert_eq!(client.get(&alerts, &file).await.status(), 403);
    assert_eq!(client.get(&files, &file).await.status(), 200);
    assert_eq!(client.get(&files, &path()).await.status(), 403);
}

#[tokio::test]
async fn a_person_without_the_role_is_refused_in_other_words() {
    let client = Client::start().await;
    client.tenant.deny_role(mara().object_id);
    let of_mara = client.access_token(mara()).await;
    let of_tomas = client.access_token(tomas()).await;

    let (status, body) = client.get_json(&of_mara, &path()).await;

    assert_eq!(status, 403);
    assert_eq!(body["error"]["code"], "Forbidden");
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.contains("View Data"), "{message}");
    assert!(!message.contains("application scopes"), "{message}");
    assert_eq!(client.get(&of_tomas, &path()).await.status(), 200);

    client.tenant.restore_role(mara().object_id);
    assert_eq!(client.get(&of_mara, &path()).await.status(), 200);
}
