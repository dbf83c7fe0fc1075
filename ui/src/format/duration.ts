import { words } from "../words/words";

/** What is left of some work, in words; it is an estimate, and said as one. */
export function remaining(seconds: number): string {
	if (seconds < 60) return words("work.left.moment");
	const minutes = Math.round(seconds / 60);
	if (minutes < 90) return words("work.left.minutes", { count: minutes });
	return words("work.left.hours", { count: Math.round(minutes / 60) });
}

/** What is left of work whose end is known, as when nothing but the quota holds it: to the second. */
export function remainingExactly(seconds: number): string {
	const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
	if (minutes === 0) return words("work.exact.seconds", { seconds });
	if (minutes < 90) return words("work.exact.minutes", { minutes, seconds: rest });
	return words("work.exact.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** What some work takes at the least, in whole minutes or hours; null if that is under a minute. */
export function atLeast(seconds: number): string | null {
	const minutes = Math.floor(seconds / 60);
	if (minutes === 0) return null;
	if (minutes < 90) return words("intake.minutes", { count: minutes });
	return words("intake.hours", { count: Math.floor(minutes / 60) });
}
