import type { UtcMillis, Zone } from "../ipc/view";
import { words } from "../words/words";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const relative = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
const dated = { day: "numeric", month: "short", year: "numeric" } as const;
const dates: Readonly<Record<Zone, Intl.DateTimeFormat>> = {
	utc: new Intl.DateTimeFormat("en-GB", { ...dated, timeZone: "UTC" }),
	local: new Intl.DateTimeFormat("en-GB", dated),
};

/** `2026-11-24 12:03:17Z`, or `2026-11-24 13:03:17 +01:00` where this computer is. */
export function absolute(at: UtcMillis, zone: Zone): string {
	return `${date(at, zone)} ${clock(at, zone)}`;
}

/** In UTC and where this computer is, a line each. */
export function inBothZones(at: UtcMillis): string {
	return `${absolute(at, "utc")}\n${absolute(at, "local")}`;
}

/** `2026-11-24 12:03Z`, or `2026-11-24 13:03 +01:00` where this computer is. */
export function upToMinute(at: UtcMillis, zone: Zone): string {
	const [, minutes, , rest = ""] = /^(.{16})(:\d\d)(.*)$/.exec(absolute(at, zone)) ?? [];
	return `${minutes ?? ""}${rest}`;
}

/** `2026-11-24` */
export function date(at: UtcMillis, zone: Zone): string {
	return written(at, zone).slice(0, 10);
}

/** `12:03:17Z`, or `13:03:17 +01:00` where this computer is. */
export function clock(at: UtcMillis, zone: Zone): string {
	return `${written(at, zone).slice(11, 19)}${zone === "utc" ? "Z" : ` ${offset(at)}`}`;
}

/** An instant as the zone's own clock shows it, in the form of ISO 8601. */
function written(at: UtcMillis, zone: Zone): string {
	return new Date(zone === "utc" ? at : at - ahead(at) * minute).toISOString();
}

/** Minutes by which UTC is ahead of this computer's zone. */
const ahead = (at: UtcMillis) => new Date(at).getTimezoneOffset();

/** `+01:00` */
function offset(at: UtcMillis): string {
	const minutes = -ahead(at);
	const two = (part: number) => String(Math.floor(part)).padStart(2, "0");
	const distance = Math.abs(minutes);
	return `${minutes < 0 ? "-" : "+"}${two(distance / 60)}:${two(distance % 60)}`;
}

/** How long ago, in the largest fitting unit; a date when it is over a month ago. */
export function ago(at: UtcMillis, now: UtcMillis, zone: Zone): string {
	const past = now - at;
	const distance = Math.abs(past);
	const sign = past < 0 ? 1 : -1;
	if (distance < minute) return words("time.now");
	if (distance < hour) return relative.format(sign * Math.floor(distance / minute), "minute");
	if (distance < day) return relative.format(sign * Math.floor(distance / hour), "hour");
	if (distance < 31 * day) return relative.format(sign * Math.floor(distance / day), "day");
	return dates[zone].format(at);
}

/** A time span in its two largest units: `40 s`, `6 min`, `2 h 5 min`, `12 d 3 h`. */
export function span(milliseconds: number): string {
	const seconds = Math.round(milliseconds / second);
	const units = [
		["time.days", Math.floor(seconds / 86_400)],
		["time.hours", Math.floor(seconds / 3_600) % 24],
		["time.minutes", Math.floor(seconds / 60) % 60],
		["time.seconds", seconds % 60],
	] as const;
	const first = units.findIndex(([, count]) => count > 0);
	if (first < 0) return words("time.seconds", { count: 0 });
	return units
		.slice(first, first + 2)
		.filter(([unit, count], index) => count > 0 && (index === 0 || unit !== "time.seconds"))
		.map(([unit, count]) => words(unit, { count }))
		.join(" ");
}

/** How old something is, in its largest unit: `40 s`, `25 min`, `2 h`, `12 d`. */
export function age(milliseconds: number): string {
	const units = [
		["time.days", day],
		["time.hours", hour],
		["time.minutes", minute],
		["time.seconds", second],
	] as const;
	const past = Math.max(0, milliseconds);
	const [unit, length] = units.find(([, each]) => past >= each) ?? units[3];
	return words(unit, { count: Math.floor(past / length) });
}

/** What is left until an instant, as `4:05`; null once it has passed. */
export function left(until: UtcMillis, now: UtcMillis): string | null {
	const seconds = Math.ceil((until - now) / second);
	if (seconds <= 0) return null;
	const whole = Math.floor(seconds / 60);
	return `${whole}:${String(seconds % 60).padStart(2, "0")}`;
}
