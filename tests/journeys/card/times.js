// The times of the page that are not as this zone has them; none must be.
const { offset } = given;
const times = shown("main time");
const written = offset === "Z" ? "Z" : ` ${offset}`;
const wrong = times.filter((time) => {
	const text = time.textContent.replace(/\s+/g, " ");
	const exact = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(Z| [+-]\d\d:\d\d)/.exec(text);
	// How long ago it was stands alone in one place, and is the same in every zone.
	if (exact === null) return !/ago|now|yesterday/.test(text);
	const [, date, clock, zone] = exact;
	const seconds = (instant) => Math.floor(Date.parse(instant) / 1_000);
	return zone !== written || seconds(`${date}T${clock}${zone.trim()}`) !== seconds(time.dateTime);
});
return times.length >= given.least && wrong.length === 0;
