//! A server's text without the token that it may repeat in it.

/// The text with `…` in the place of each word that is as long as a token only.
///
/// Words are parted by what stands in no JWT and in no token of Entra, so a URL is many of them. Of
/// what is left to itself, a SHA-256 in hexadecimal is the longest.
pub(crate) fn without_tokens(text: &str) -> String {
    const LONGEST_WORD: usize = 64;

    let mut kept = String::with_capacity(text.len());
    for part in text.split_inclusive(|character| !is_of_token(character)) {
        let after = part.trim_start_matches(is_of_token);
        let word = &part[..part.len() - after.len()];
        kept.push_str(if word.len() > LONGEST_WORD { "…" } else { word });
        kept.push_str(after);
    }
    kept
}

fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '~' | '+' | '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_a_server_repeats_is_left_out() {
        let token = format!("eyJ0eXAiOiJKV1QifQ.{}.{}", "aB3-".repeat(90), "_x9Z".repeat(20));

        let text = without_tokens(&format!("The token 'Bearer {token}' has no scp; {token}"));

        assert_eq!(text, "The token 'Bearer …' has no scp; …");
    }

    #[test]
    fn what_a_server_says_otherwise_stays_as_it_is() {
        for text in [
            "",
            "AADSTS50173: The provided grant has expired due to it being revoked.\r\nTrace ID: 1",
            "|4c1d7e90-52b08ad3f6e7c914.",
            "https://api.security.microsoft.com/api/files/2fd4e1c67a2d28fced849ee1bb76e7391b93eb12/alerts?$top=5",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "Die Anfrage enthält ein ungültiges Zugriffstoken – bitte erneut anmelden…",
        ] {
            assert_eq!(without_tokens(text), text);
        }
    }
}
