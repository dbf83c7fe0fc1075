//! A search for secrets where none may be, in each form in which a program might write one.

use std::{
    collections::{BTreeSet, HashMap},
    fmt, fs, io,
    path::Path,
};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use anyhow::{Context as _, Result, ensure};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use droptrace_practice_tenant::{Fault, PracticeTenant, Route};
use serde_json::{Value, json};
use url::form_urlencoded;

/// Secrets that are searched for, piece by piece: of a secret that was cut, any 47 bytes are found.
pub struct Canary {
    search: AhoCorasick,
    /// Of each pattern of the search: which secret it is a piece of, and how it is written.
    patterns: Vec<(usize, Form)>,
    names: Vec<String>,
}

/// How a secret can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// As it is, which is also how JSON, HTML and percent-encoding write what a token consists of.
    Plain,
    /// In base64 of either alphabet, from any byte on.
    Base64,
    /// Each byte as `%53`.
    Percent,
    /// Two bytes for each character, of either order.
    Utf16,
    /// As `53`.
    Hexadecimal,
    /// As `83, 69`, which is how a list of bytes prints itself.
    Decimals,
    /// Each character as `\u0053`.
    Escaped,
}

/// A secret where none may be. It does not print the secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// Which secret.
    pub secret: String,
    /// How it is written.
    pub form: Form,
    /// Where.
    pub place: String,
}

/// What was searched, and what was found in it.
#[derive(Debug, Default)]
pub struct Searched {
    /// Everything that was found.
    pub sightings: BTreeSet<Sighting>,
    /// The files that were read.
    pub files: Vec<String>,
    /// How many bytes they had.
    pub bytes: usize,
}

impl Canary {
    /// The length of a piece. Shorter ones could be met by chance, or in what is no secret.
    const PIECE: usize = 24;

    /// Searches for these secrets, each with the name under which it is told.
    ///
    /// # Errors
    ///
    /// Fails if there are none, or one is too short to be told from other text.
    pub fn of(secrets: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut patterns = HashMap::new();
        let mut names = Vec::new();
        for (name, secret) in secrets {
            let pieces = pieces(&secret);
            ensure!(!pieces.is_empty(), "{name} is too short to be searched for");
            for piece in pieces {
                for (form, pattern) in forms(piece) {
                    patterns.entry(pattern).or_insert((names.len(), form));
                }
            }
            names.push(name);
        }
        ensure!(!names.is_empty(), "there is nothing to search for");
        let (texts, patterns): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
        let search = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::Standard)
            .build(texts)?;
        Ok(Self { search, patterns, names })
    }

    /// Searches for every secret that a tenant received or gave out, and for these others. The
    /// tenant has to [keep its requests](droptrace_practice_tenant::Settings::keep_requests).
    ///
    /// # Errors
    ///
    /// Fails if one kind of secret is missing: then the tenant did not keep what it should.
    pub fn of_tenant(
        tenant: &PracticeTenant,
        others: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self> {
        let secrets = secrets_of(tenant);
        for kind in ["access_token", "refresh_token", "id_token", "code", "code_verifier"] {
            let known = secrets.iter().any(|(name, _)| name.starts_with(&format!("{kind} ")));
            ensure!(known, "the tenant kept no {kind}");
        }
        Self::of(secrets.into_iter().chain(others))
    }

    /// The names of all secrets that are searched for.
    pub fn secrets(&self) -> &[String] {
        &self.names
    }

    /// Searches something that is at hand.
    pub fn in_bytes(&self, place: &str, bytes: &[u8]) -> BTreeSet<Sighting> {
        let matches = self.search.find_overlapping_iter(bytes);
        matches
            .map(|found| {
                let (secret, form) = self.patterns[found.pattern().as_usize()];
                Sighting { secret: self.names[secret].clone(), form, place: place.to_owned() }
            })
            .collect()
    }

    /// Searches the names and contents of all files in a folder and its folders, but for those in
    /// which `passed_over` finds a reason. Links are not followed.
    ///
    /// Compressed and encrypted contents are read as they are.
    ///
    /// # Errors
    ///
    /// Fails if a file that is there cannot be read.
    pub fn in_folder(&self, folder: &Path, passed_over: &[&Path]) -> Result<Searched> {
        let mut searched = Searched::default();
        let mut folders = vec![folder.to_owned()];
        while let Some(each) = folders.pop() {
            for entry in fs::read_dir(&each).with_context(|| format!("in {}", each.display()))? {
                let entry = entry?;
                let path = entry.path();
                if passed_over.contains(&&*path) {
                    continue;
                }
                let place = path.strip_prefix(folder)?.display().to_string();
                let name = entry.file_name();
                searched.sightings.extend(self.in_bytes(&place, name.as_encoded_bytes()));
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() {
                    let contents = match fs::read(&path) {
                        Ok(contents) => contents,
                        // Programs run meanwhile.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                        Err(error) => return Err(error).context(place),
                    };
                    searched.sightings.extend(self.in_bytes(&place, &contents));
                    searched.bytes += contents.len();
                    searched.files.push(place);
                }
            }
        }
        Ok(searched)
    }
}

impl fmt::Debug for Canary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Canary").field("names", &self.names).finish_non_exhaustive()
    }
}

/// Tokens that no tenant gave: for answers that are none, and yet hold one. Each with a name.
pub fn planted() -> [(String, String); 3] {
    ["proof", "half", "told"].map(|name| {
        let token: Vec<String> =
            (10..30).map(|number| format!("{name}-planted-{number}")).collect();
        (format!("the {name} token"), token.join("."))
    })
}

/// Answers of the authority that give no token, with [planted](planted()) ones in them.
pub fn answers_without_a_token() -> [Fault; 4] {
    let [proof, half, told] = planted().map(|(_, token)| token);
    let description = format!("AADSTS50173: The token '{told}' is over.\r\nCorrelation ID: {told}");
    [
        Fault::new().body(format!("<html>{half}")),
        Fault::json(200, &json!({"access_token": half, "refresh_token": half})),
        Fault::json(200, &json!({"token_type": "pop", "expires_in": 3_599, "access_token": proof})),
        Fault::json(400, &json!({"error": "invalid_grant", "error_description": description})),
    ]
}

/// An answer of the API that repeats the access token of the last call. The tenant has to keep its
/// requests.
///
/// # Errors
///
/// Fails if there was no call.
pub fn repeated_token(tenant: &PracticeTenant) -> Result<Fault> {
    let bearer = tenant.requests().iter().rev().find_map(|request| bearer(request.raw()?));
    let bearer = bearer.context("the tenant kept no call with a token")?;
    let message = format!("The token 'Bearer {bearer}' lacks Alert.Read.");
    Ok(Fault::api_error(403, "Forbidden", &message))
}

/// Everything secret that a tenant received or gave out, each with a name.
fn secrets_of(tenant: &PracticeTenant) -> Vec<(String, String)> {
    let mut secrets: Vec<(&str, String)> = Vec::new();
    for response in tenant.granted() {
        for kind in ["access_token", "refresh_token", "id_token"] {
            if let Some(token) = response.get(kind).and_then(Value::as_str) {
                secrets.push((kind, token.to_owned()));
            }
        }
    }
    for request in tenant.requests() {
        let Some(raw) = request.raw() else { continue };
        if let Some(token) = bearer(raw) {
            secrets.push(("access_token", token));
        }
        if request.route == Route::Token {
            for (name, value) in form_urlencoded::parse(after_head(raw)) {
                for kind in ["refresh_token", "code", "code_verifier"] {
                    if name == kind {
                        secrets.push((kind, value.clone().into_owned()));
                    }
                }
            }
        }
    }
    let mut known = BTreeSet::new();
    secrets.retain(|(_, secret)| known.insert(secret.clone()));
    let numbered = secrets.into_iter().enumerate();
    numbered.map(|(number, (kind, secret))| (format!("{kind} {number}"), secret)).collect()
}

fn bearer(raw: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(raw);
    let head = head.split("\r\n\r\n").next()?;
    let token = head.lines().find_map(|line| line.strip_prefix("authorization: Bearer "))?;
    Some(token.to_owned())
}

fn after_head(raw: &[u8]) -> &[u8] {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n");
    end.map_or(&[], |end| &raw[end + 4..])
}

/// The pieces of a secret that are searched for, the last of them up to its end.
fn pieces(secret: &str) -> Vec<&[u8]> {
    let secret = match secret.split_once('.') {
        // The head of a JWT says how it is signed, which all know.
        Some((head, rest)) if head.starts_with("eyJ") => rest,
        _ => secret,
    };
    let bytes = secret.as_bytes();
    let end = bytes.len().saturating_sub(Canary::PIECE);
    let mut pieces: Vec<&[u8]> = bytes.chunks_exact(Canary::PIECE).collect();
    if bytes.len() % Canary::PIECE != 0 && !pieces.is_empty() {
        pieces.push(&bytes[end..]);
    }
    pieces
}

/// How a piece looks in each form.
fn forms(piece: &[u8]) -> Vec<(Form, Vec<u8>)> {
    let each =
        |write: fn(u8) -> String| piece.iter().map(|byte| write(*byte)).collect::<Vec<String>>();
    let mut forms = vec![
        (Form::Plain, piece.to_vec()),
        (Form::Percent, each(|byte| format!("%{byte:02x}")).concat().into_bytes()),
        (Form::Percent, each(|byte| format!("%{byte:02X}")).concat().into_bytes()),
        (Form::Utf16, piece.iter().flat_map(|byte| [*byte, 0]).collect()),
        (Form::Utf16, piece.iter().flat_map(|byte| [0, *byte]).collect()),
        (Form::Hexadecimal, each(|byte| format!("{byte:02x}")).concat().into_bytes()),
        (Form::Hexadecimal, each(|byte| format!("{byte:02X}")).concat().into_bytes()),
        (Form::Decimals, each(|byte| byte.to_string()).join(", ").into_bytes()),
        (Form::Decimals, each(|byte| byte.to_string()).join(",").into_bytes()),
        (Form::Escaped, each(|byte| format!("\\u{byte:04x}")).concat().into_bytes()),
        (Form::Escaped, each(|byte| format!("\\u{byte:04X}")).concat().into_bytes()),
    ];
    for skipped in 0..3 {
        // Three bytes are four characters: what begins in the middle of three is left out, and so
        // is the last character, which the next byte has a part in.
        let whole = &piece[skipped..];
        let whole = &whole[..whole.len() - whole.len() % 3];
        forms.push((Form::Base64, STANDARD_NO_PAD.encode(whole).into_bytes()));
        forms.push((Form::Base64, URL_SAFE_NO_PAD.encode(whole).into_bytes()));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As long as three pieces.
    const SECRET: &str =
        "Q7wVXKdUXAfa_Zt3hC2LkOa9bTgx-eY5mN0pRs8uJiWqEoFvGzHyD1S4cBn6M~a.QxZvTrLpKwYcUe";

    fn canary() -> Canary {
        Canary::of([("the secret".to_owned(), SECRET.to_owned())]).unwrap()
    }

    fn forms_in(text: &[u8]) -> Vec<Form> {
        canary().in_bytes("here", text).into_iter().map(|sighting| sighting.form).collect()
    }

    /// The middle of the secret, as other programs write it.
    const WRITTEN: &[(Form, &str)] = &[
        (Form::Plain, "KdUXAfa_Zt3hC2LkOa9bTgx-eY5mN0pRs8uJiWqEoFvGzHyD1S4cBn6"),
        (
            Form::Base64,
            "S2RVWEFmYV9adDNoQzJMa09hOWJUZ3gtZVk1bU4wcFJzOHVKaVdxRW9Gdkd6SHlEMVM0Y0JuNg==",
        ),
        (
            Form::Base64,
            "eEtkVVhBZmFfWnQzaEMyTGtPYTliVGd4LWVZNW1OMHBSczh1SmlXcUVvRnZHekh5RDFTNGNCbjY=",
        ),
        (
            Form::Base64,
            "eHlLZFVYQWZhX1p0M2hDMkxrT2E5YlRneC1lWTVtTjBwUnM4dUppV3FFb0Z2R3pIeUQxUzRjQm42",
        ),
        (Form::Base64, "eGtPYTliVGd4LWVZNW1OMHBSczh1SmlXcUVvRnZHekh5RDFTNGNCbjZNfmEuUXhadlRy"),
        (
            Form::Percent,
            "%4B%64%55%58%41%66%61%5F%5A%74%33%68%43%32%4C%6B%4F%61%39%62%54%67%78%2D%65%59%35%6D%4E%30%70%52%73%38%75%4A%69%57%71%45%6F%46%76%47%7A%48%79%44%31%53%34%63%42%6E%36",
        ),
        (
            Form::Percent,
            "%4b%64%55%58%41%66%61%5f%5a%74%33%68%43%32%4c%6b%4f%61%39%62%54%67%78%2d%65%59%35%6d%4e%30%70%52%73%38%75%4a%69%57%71%45%6f%46%76%47%7a%48%79%44%31%53%34%63%42%6e%36",
        ),
        (
            Form::Hexadecimal,
            "4b6455584166615f5a74336843324c6b4f6139625467782d6559356d4e3070527338754a695771456f4676477a48794431533463426e36",
        ),
        (
            Form::Hexadecimal,
            "4B6455584166615F5A74336843324C6B4F6139625467782D6559356D4E3070527338754A695771456F4676477A48794431533463426E36",
        ),
        (
            Form::Decimals,
            "[75, 100, 85, 88, 65, 102, 97, 95, 90, 116, 51, 104, 67, 50, 76, 107, 79, 97, 57, 98, 84, 103, 120, 45, 101, 89, 53, 109, 78, 48, 112, 82, 115, 56, 117, 74, 105, 87, 113, 69, 111, 70, 118, 71, 122, 72, 121, 68, 49, 83, 52, 99, 66, 110, 54]",
        ),
        (
            Form::Decimals,
            "[75,100,85,88,65,102,97,95,90,116,51,104,67,50,76,107,79,97,57,98,84,103,120,45,101,89,53,109,78,48,112,82,115,56,117,74,105,87,113,69,111,70,118,71,122,72,121,68,49,83,52,99,66,110,54]",
        ),
        (
            Form::Escaped,
            "\\u004b\\u0064\\u0055\\u0058\\u0041\\u0066\\u0061\\u005f\\u005a\\u0074\\u0033\\u0068\\u0043\\u0032\\u004c\\u006b\\u004f\\u0061\\u0039\\u0062\\u0054\\u0067\\u0078\\u002d\\u0065\\u0059\\u0035\\u006d\\u004e\\u0030\\u0070\\u0052\\u0073\\u0038\\u0075\\u004a\\u0069\\u0057\\u0071\\u0045\\u006f\\u0046\\u0076\\u0047\\u007a\\u0048\\u0079\\u0044\\u0031\\u0053\\u0034\\u0063\\u0042\\u006e\\u0036",
        ),
    ];

    #[test]
    fn a_secret_is_found_in_each_form() {
        for (form, text) in WRITTEN {
            assert_eq!(forms_in(format!("before {text} after").as_bytes()), [*form], "{text}");
        }
        for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
            let text: Vec<u8> = SECRET[5..60].encode_utf16().flat_map(unit).collect();
            assert_eq!(forms_in(&text), [Form::Utf16]);
        }
        assert_eq!(forms_in(serde_json::to_string(SECRET).unwrap().as_bytes()), [Form::Plain]);
        assert_eq!(forms_in(format!("{:?}", SECRET.as_bytes()).as_bytes()), [Form::Decimals]);
        assert_eq!(forms_in(b"nothing of it"), []);
    }

    #[test]
    fn whatever_is_left_of_a_secret_that_was_cut_is_found() {
        const LEFT: usize = 2 * Canary::PIECE - 1;
        let canary = canary();
        for start in 0..=SECRET.len() - LEFT {
            let left = &SECRET[start..start + LEFT];

            for (form, text) in forms(left.as_bytes()) {
                let found = canary.in_bytes("here", &text);
                assert!(found.iter().any(|sighting| sighting.form == form), "{start}: {form:?}");
            }
        }
    }

    #[test]
    fn of_a_token_that_is_signed_the_head_is_no_secret() {
        let head = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjEifQ";
        let token = format!("{head}.{SECRET}");

        let canary = Canary::of([("token".to_owned(), token.clone())]).unwrap();

        assert!(canary.in_bytes("here", head.as_bytes()).is_empty());
        assert!(!canary.in_bytes("here", token.as_bytes()).is_empty());
    }

    #[test]
    fn files_in_all_folders_are_searched_and_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("deep/er")).unwrap();
        fs::create_dir(path("passed over")).unwrap();
        for name in ["deep/er/file", "passed over/file"] {
            fs::write(path(name), SECRET).unwrap();
        }
        fs::write(path(&SECRET[..40]), "").unwrap();
        std::os::unix::fs::symlink(path("deep"), path("link")).unwrap();

        let searched = canary().in_folder(folder.path(), &[&path("passed over")]).unwrap();

        let places: Vec<&str> =
            searched.sightings.iter().map(|sighting| &*sighting.place).collect();
        assert_eq!(places, [&SECRET[..40], "deep/er/file"]);
        assert_eq!((searched.files.len(), searched.bytes), (2, SECRET.len()));
    }

    #[test]
    fn what_is_too_short_to_be_searched_for_is_an_error() {
        assert!(Canary::of([("short".to_owned(), "0123456789".to_owned())]).is_err());
        assert!(Canary::of([]).is_err());
    }
}
