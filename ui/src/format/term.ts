import type { Shown } from "../ipc/view";
import { catalogued, words } from "../words/words";

const joined = /^[A-Z][a-z]+(?:[A-Z][a-z]+)*$/;

/** The families of terms that have words of their own. */
export type Terms = "classification" | "determination" | "investigation" | "source";

/** The text, if all of it is visible as it is. */
function plain({ parts, hidden }: Shown): string | null {
	const [only, ...more] = parts;
	return only?.kind === "plain" && more.length === 0 && hidden === 0 ? only.text : null;
}

/**
 * A term of the API in the way it is written elsewhere: `CredentialAccess` as `Credential access`.
 *
 * What is not words joined by capitals stays as it is.
 */
export function term(text: Shown): Shown {
	const word = plain(text);
	if (word === null || !joined.test(word)) return text;
	return asShown(word.replace(/(?!^)[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`));
}

/** A term of the API in our words; null where there are none for it. */
export function worded(terms: Terms, text: Shown): string | null {
	const word = plain(text);
	const key = word === null ? null : catalogued(`${terms}.${word}`);
	return key === null ? null : words(key);
}

/** The name of a device without its domain; an address stays whole. */
export function shortName(name: Shown): Shown {
	const whole = plain(name);
	if (whole === null || /^[\d.]+$/.test(whole)) return name;
	const first = whole.split(".")[0];
	return first === undefined || first === "" ? name : asShown(first);
}

/** The name that a person signs in with, without what follows the `@`. */
export function shortPerson(name: Shown): Shown {
	const first = plain(name)?.split("@")[0];
	return first === undefined || first === "" ? name : asShown(first);
}

const asShown = (text: string): Shown => ({ parts: [{ kind: "plain", text }], hidden: 0 });
