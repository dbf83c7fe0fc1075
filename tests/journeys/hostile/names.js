// Reads these names in the list of items, in which the pasted digest stands first, and chooses
// every so many of them.
const { names, choose } = given;
window.named ??= { next: 0, wrong: [] };
const state = window.named;
while (state.next < names.length) {
	const want = JSON.stringify(names[state.next]);
	const wrong = (what) => state.wrong.push(`${state.next}: ${what}`);
	const row = document.querySelector(`[data-testid="item"][aria-posinset="${state.next + 2}"]`);
	if (row === null) {
		const list = document.querySelector('[data-testid="items"]');
		list.scrollTop = (list.scrollHeight / (names.length + 1)) * state.next;
		return false;
	}
	if (state.next % choose === 0) {
		if (row.ariaSelected !== "true") row.click();
		const heading = document.querySelector("#detail-name bdi");
		if (heading === null || formOf(heading) !== want) return false;
		if (!isIsolated(heading) || !fits(heading)) wrong("the heading is not in its place");
	}
	const name = row.querySelector('[data-testid="item-name"] bdi');
	if (formOf(name) !== want || hides(row.textContent)) wrong(`the name is ${formOf(name)}`);
	if (!isIsolated(name)) wrong("the name is not isolated");
	state.next += 1;
}
return state;
