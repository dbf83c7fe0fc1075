import { type Terms, term, worded } from "../../format/term";
import type { Shown } from "../../ipc/view";
import { ShownText } from "../../parts/Words";

/** A term of the API in our words; one that has none, as it came with its words apart. */
export function Term({ terms, text }: { terms: Terms; text: Shown }) {
	return worded(terms, text) ?? <ShownText text={term(text)} />;
}
