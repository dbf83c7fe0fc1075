//! Before anybody is signed in.

use anyhow::Result;
use droptrace_tests::journey;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_window_offers_two_ways_and_says_what_leaves_the_machine() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;

        app.see_text("welcome", "Try it with the practice tenant").await?;
        app.see_text("welcome", "Connect your organisation").await?;
        app.see_text("welcome", "Only each file's SHA-1 is sent").await?;
        assert_eq!(app.window().title().await?, "Droptrace");
        app.pictures("01-first-window", "The first window").await?;
        app.is_accessible().await
    })
    .await
}
