import { words } from "../words/words";

const units = ["kB", "MB", "GB", "TB", "PB"];

/** A size in decimal units, three digits at most: `214 kB`, `1.5 GB`. */
export function size(bytes: number): string {
	if (bytes < 1_000) return words("size.bytes", { count: bytes });
	let scaled = bytes;
	let unit = -1;
	while (scaled >= 999.5 && unit < units.length - 1) {
		scaled /= 1_000;
		unit += 1;
	}
	const digits = scaled < 9.95 ? 1 : 0;
	return words("size.scaled", { size: scaled.toFixed(digits), unit: units[unit] ?? "" });
}
