import en from "../../../words/en.json";
import type { ErrorCode, Fact, Shown } from "../ipc/view";
import { flat } from "./shown";

type StoredKey = keyof typeof en;
type PluralKey = StoredKey extends infer K ? (K extends `${infer Base}.one` ? Base : never) : never;

/** A sentence of `words/en.json`; one with `.one` and `.other` is named without them. */
export type WordKey = Exclude<StoredKey, `${PluralKey}.one` | `${PluralKey}.other`> | PluralKey;

/** What a sentence needs: facts of the host, or texts that were formatted here. */
export type Facts = { readonly [name: string]: Fact | string };

/** A sentence in its pieces, so that a text from outside can be shown as what it is. */
export type Piece = string | Shown;

// Fails to compile, and names the key, when a code of the contract has no words.
type ErrorWords = `error.${ErrorCode}.${"title" | "help"}`;
const everyCodeHasWords: [Exclude<ErrorWords, StoredKey>] extends [never]
	? true
	: { without: Exclude<ErrorWords, StoredKey> } = true;
void everyCodeHasWords;

const catalogue: Readonly<Record<string, string>> = en;
const plurals = new Intl.PluralRules("en-GB");
const placeholder = /\{(\w+)\}/;
/** Facts that are numbers without being amounts. */
const codes = new Set(["number", "status"]);
const numbers = new Intl.NumberFormat("en-GB");

/** Whether a value is a code that has words. */
export function isErrorCode(value: unknown): value is ErrorCode {
	return typeof value === "string" && Object.hasOwn(catalogue, `error.${value}.title`);
}

/** Every code that has words. */
export function errorCodes(): ErrorCode[] {
	const pattern = /^error\.(\w+)\.title$/;
	return Object.keys(catalogue)
		.map((key) => pattern.exec(key)?.[1])
		.filter(isErrorCode);
}

/** The key, if there are words for it. */
export function catalogued(key: string): WordKey | null {
	return Object.hasOwn(catalogue, key) ? (key as WordKey) : null;
}

/** The facts that a sentence names. */
export function factNames(key: WordKey): string[] {
	return stored(key, {})
		.split(placeholder)
		.filter((_, index) => index % 2 === 1);
}

/** The sentence as one text: for labels and for what is read aloud. */
export function words(key: WordKey, facts: Facts = {}): string {
	return pieces(key, facts)
		.map((piece) => (typeof piece === "string" ? piece : flat(piece)))
		.join("");
}

/** The sentence in pieces: texts from outside stay in their display form. */
export function pieces(key: WordKey, facts: Facts = {}): Piece[] {
	const sentence = stored(key, facts);
	return sentence.split(placeholder).flatMap((piece, index) => {
		if (index % 2 === 0) return piece === "" ? [] : [piece];
		const fact = facts[piece];
		if (fact === undefined) return [en["fact.absent"]];
		if (typeof fact !== "number") return [fact];
		return [codes.has(piece) ? String(fact) : numbers.format(fact)];
	});
}

/** A plural is chosen by the fact `count`. */
function stored(key: WordKey, facts: Facts): string {
	const single = catalogue[key];
	if (single !== undefined) return single;
	const count = facts["count"];
	const category = typeof count === "number" ? plurals.select(count) : "other";
	return catalogue[`${key}.${category}`] ?? catalogue[`${key}.other`] ?? key;
}
