import type { UtcMillis } from "../ipc/view";
import { words } from "../words/words";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const relative = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
const dates = new Intl.DateTimeFormat("en-GB", {
	timeZone: "UTC",
	day: "numeric",
	month: "short",
	year: "numeric",
});

/** `2026-11-24 12:03:17 UTC` */
export function absolute(at: UtcMillis): string {
	return words("time.zoned", { time: new Date(at).toISOString().slice(0, 19).replace("T", " ") });
}

/** `12:03:17 UTC` */
export function clock(at: UtcMillis): string {
	return words("time.zoned", { time: new Date(at).toISOString().slice(11, 19) });
}

/** How long ago, in the largest fitting unit; a date when it is over a month ago. */
export function ago(at: UtcMillis, now: UtcMillis): string {
	const past = now - at;
	const distance = Math.abs(past);
	const sign = past < 0 ? 1 : -1;
	if (distance < minute) return words("time.now");
	if (distance < hour) return relative.format(sign * Math.floor(distance / minute), "minute");
	if (distance < day) return relative.format(sign * Math.floor(distance / hour), "hour");
	if (distance < 31 * day) return relative.format(sign * Math.floor(distance / day), "day");
	return dates.format(at);
}

/** What is left until an instant, as `4:05`; null once it has passed. */
export function left(until: UtcMillis, now: UtcMillis): string | null {
	const seconds = Math.ceil((until - now) / second);
	if (seconds <= 0) return null;
	const whole = Math.floor(seconds / 60);
	return `${whole}:${String(seconds % 60).padStart(2, "0")}`;
}
