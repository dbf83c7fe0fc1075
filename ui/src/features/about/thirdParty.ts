import file from "../../../../licences/third-party.json";

/** A package that is shipped with the program. */
export interface Package {
	readonly name: string;
	readonly version: string;
	/** An SPDX expression. */
	readonly licence: string;
	readonly authors: readonly string[];
	/** The page of its registry. */
	readonly source: string;
	/** Its texts, by their places in the list of texts. */
	readonly texts: readonly number[];
}

/** A notice of something that is no package. */
export interface Notice {
	readonly name: string;
	readonly text: number;
}

interface ThirdParty {
	readonly packages: readonly Package[];
	readonly notices: readonly Notice[];
	readonly texts: readonly string[];
}

// Written by `cargo xtask licences`, whose own test holds its form.
const given: ThirdParty = file;

export const { packages, notices } = given;

/** A text by its place; many packages share one. */
export const text = (index: number): string => given.texts[index] ?? "";
