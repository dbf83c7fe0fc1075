// Scrolls through the cards of these places.
window.passed ??= { next: given.from, wrong: [] };
const state = window.passed;
while (state.next < given.to) {
	const card = cardAt(state.next);
	if (card === null) return false;
	if (!fits(card)) state.wrong.push(`${state.next}: the card does not fit`);
	state.next += 1;
}
return state;
