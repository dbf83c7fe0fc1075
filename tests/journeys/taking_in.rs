//! What comes in: a folder of very many files, and a report with digests in it.

use std::fs::{self, File};

use anyhow::{Context as _, Result, ensure};
use droptrace_tests::{App, journey};
use serde_json::json;

/// Files of a folder, and how many different contents they have.
const FILES: u32 = 20_000;
const CONTENTS: u32 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_very_many_files_is_read_cancelled_in_the_middle_and_read_again() -> Result<()>
{
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let folder = stage.files().join("evidence of host 17");
        for number in 0..FILES {
            let inner = folder.join(format!("{:02}", number % 20));
            fs::create_dir_all(&inner)?;
            // Zeros that lie nowhere on the disk.
            let size = u64::from(number % CONTENTS + 1) << 16;
            File::create(inner.join(format!("{number:05}.dat")))?.set_len(size)?;
        }
        let image = folder.join("disk image.raw");
        File::create(&image)?.set_len(40 << 30)?;

        stage.drop_files(&app, std::slice::from_ref(&folder)).await?;
        app.see_state("disk image.raw", "reading").await?;
        // With the comma all of them: before that it is "found so far".
        app.see_text("sums", "20,001 found,").await?;
        app.press("cancel-all").await?;

        app.see_state("disk image.raw", "cancelled").await?;
        let cancelled = sums(&app, "cancelled").await?;
        let read = cancelled.read.context("some were read")?;
        ensure!(read + cancelled.cancelled == FILES + 1, "{cancelled:?}");
        ensure!(cancelled.found == FILES + 1, "{cancelled:?}");

        stage.drop_files(&app, std::slice::from_ref(&folder)).await?;
        app.see_state("disk image.raw", "reading").await?;
        app.see_text("sums", "20,001 found").await?;
        app.see("work-stage").await?;
        app.is_accessible().await?;
        app.pictures(
            "48-folder",
            "A folder of 20,001 files is being read: everything that was found is counted.",
        )
        .await?;
        app.see_text("sums", "20,000 read").await?;
        app.choose("disk image.raw").await?;
        app.press("cancel-item").await?;
        app.see_text("sums", "20,001 found, 20,000 read, 1 cancelled").await?;
        app.see(&format!("item[aria-setsize=\"{}\"]", FILES + 1)).await?;
        app.pictures(
            "49-sums",
            "What became of everything that came in stands in one sentence, and stays.",
        )
        .await
    })
    .await
}

/// What the sentence about everything that came in counts.
#[derive(Debug)]
struct Sums {
    found: u32,
    read: Option<u32>,
    cancelled: u32,
}

/// Waits until the sentence has this word.
async fn sums(app: &App, word: &str) -> Result<Sums> {
    let look = r#"
        const text = shown('[data-testid="sums"]')[0]?.textContent;
        return text?.includes(given) && text"#;
    let text = app.until(&format!("the sums tell what was {word}"), look, json!(word)).await?;
    let text = text.as_str().unwrap_or_default().to_owned();
    // The comma in a number has no space after it.
    let counted = |word: &str| {
        let part = text.split(", ").find(|part| part.ends_with(word))?;
        part.strip_suffix(word)?.trim().replace(',', "").parse().ok()
    };
    Ok(Sums {
        found: counted("found").context("how many were found")?,
        read: counted("read"),
        cancelled: counted("cancelled").context("how many were cancelled")?,
    })
}

/// A page of a report as it is sent around: addresses defanged, a table, digests of three kinds.
const REPORT: &str = "\
Summary: the loader was fetched from hxxps://cdn[.]fernhill-parts[.]example/a/6532EC91D513ACC05F43EE0AA3002599729FD3E1
and dropped as C:\\Users\\Public\\a9993e364706816aba3e25717850c26c9cd0d89d.

| file | MD5 | SHA-256 |
|---|---|---|
| week 32 update | 900150983cd24fb0d6963f7d28e17f72 | BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD |

Not a digest: 6532ec91d513acc05f43ee0aa3002599729fd3e1ff, imphash=d41d8cd98f00b204e9800998ecf8427a.
";

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_report_becomes_an_item_for_each_digest_that_it_names() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let _copied = stage.copy(REPORT).await?;

        app.window().press("ctrl+v").await?;

        app.see_count("item", 4).await?;
        app.see_state("6532ec91d513acc05f43ee0aa3002599729fd3e1", "alerted").await?;
        app.see_state("a9993e364706816aba3e25717850c26c9cd0d89d", "noneVisible").await?;
        app.see_state("900150983cd24fb0d6963f7d28e17f72", "unresolved").await?;
        app.see_text("sums", "2 SHA-1 and 2 other digests in texts").await?;
        app.choose("900150983cd24fb0d6963f7d28e17f72").await?;
        app.see_text("detail", "MD5").await?;
        app.see_text("mention", "line 6 of the pasted text").await?;
        app.is_accessible().await?;
        app.pictures(
            "25-report",
            "A page of a report, pasted: every digest in it with its line; two of them are no SHA-1 \
             and have to be resolved first.",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_list_is_a_file_and_its_digests_with_what_stands_beside_them() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        stage.sign_in(&app, "workstations").await?;
        let list = stage.files().join("indicators.csv");
        let rows = "sha1,seen on,ticket\r\n\
                    6532ec91d513acc05f43ee0aa3002599729fd3e1,\"desk 4, dispatch\",FH-1021\r\n\
                    a9993e364706816aba3e25717850c26c9cd0d89d,=cmd|'/c calc'!A1,FH-1022\r\n";
        fs::write(&list, rows)?;

        stage.drop_files(&app, &[list]).await?;

        app.see_count("item", 3).await?;
        app.see_state("indicators.csv", "noneVisible").await?;
        app.choose("6532ec91d513acc05f43ee0aa3002599729fd3e1").await?;
        app.see_text("detail note", "seen on: desk 4, dispatch; ticket: FH-1021").await?;
        app.see_text("mention", "line 2 of indicators.csv").await?;
        app.see_text("sums", "2 SHA-1 digests in texts").await?;
        app.pictures(
            "26-list",
            "A list that was dropped: the file itself, and each digest with its row's other columns.",
        )
        .await
    })
    .await
}
