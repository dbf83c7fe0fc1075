//! What a screen reader is told: the tree that the window gives the system.

use anyhow::Result;
use droptrace_tests::journey;

use crate::practice::drop_practice_files;

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_one_sentence_and_a_card_says_what_it_is() -> Result<()> {
    journey(async |stage| {
        stage.listen().await?;
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        drop_practice_files(stage, &app, &["Driver schedule", "leave request"]).await?;
        app.see_state("leave request", "noneVisible").await?;
        app.choose("Driver schedule").await?;
        app.see_count("detail alert", 4).await?;

        let spoken = stage
            .hear(
                &app,
                &[
                    "Driver schedule week 32.xlsm: 4 alerts visible to you",
                    "leave request.txt: No alerts visible to you",
                    "Workbook starts a script host",
                    "Practice tenant",
                ],
            )
            .await?;

        assert_eq!(spoken[0].role, "list item", "{spoken:?}");
        assert!(spoken[0].name.contains("highest open: High"), "{spoken:?}");
        assert_eq!(spoken[1].role, "list item", "{spoken:?}");
        Ok(())
    })
    .await
}
