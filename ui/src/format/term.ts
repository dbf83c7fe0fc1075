import type { Shown } from "../ipc/view";

const joined = /^[A-Z][a-z]+(?:[A-Z][a-z]+)*$/;

/**
 * A term of the API in the way it is written elsewhere: `TruePositive` as `True positive`.
 *
 * What is not words joined by capitals stays as it is.
 */
export function term(text: Shown): Shown {
	const [only, ...more] = text.parts;
	if (only === undefined || more.length > 0 || only.kind !== "plain" || !joined.test(only.text)) return text;
	const apart = only.text.replace(/(?!^)[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
	return { ...text, parts: [{ kind: "plain", text: apart }] };
}
