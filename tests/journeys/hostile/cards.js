// Reads these cards from the first to the last, and opens the fields of those that say so.
const { from, cards } = given;
window.reading ??= { done: 0, wrong: [] };
const state = window.reading;
// What is neither the text nor that by which an alert is found and put in order.
const kept = /^(\d[\dTZ:.-]*|[\da-f]{40}|da\d+_1|Process|File)$/;
const ofTheApi = /^\[\[\{"kind":"plain","text":"[\w ·]+"\}\],0\]$/;

const checkCard = (card, want, wrong) => {
	const texts = [...card.querySelectorAll("bdi")];
	if (!texts.every(isIsolated)) wrong("a text is not isolated");
	if (texts.some((text) => hides(text.textContent))) wrong("something is hidden");
	if (!fits(card)) wrong("the card does not fit");
	if (want.line === null) return;
	const line = JSON.stringify(want.line);
	const head = texts.filter((text) => text.closest('[data-testid="alert-detail"]') === null).map(formOf);
	if (head.length < 10 || head.some((each) => each !== line)) wrong(`the card shows ${head}`);
	if (!card.ariaLabel.includes(want.label) || hides(card.ariaLabel)) wrong(`it is called ${card.ariaLabel}`);
};

const checkFields = (detail, want, wrong) => {
	const [lines, list, name] = [want.lines, want.list, want.name].map((form) => JSON.stringify(form));
	const description = detail.querySelector("p bdi");
	if (want.line !== null && formOf(description) !== lines) wrong(`the description is ${formOf(description)}`);
	const values = [...detail.querySelectorAll("dd bdi")];
	const others = values.filter((value) => ![lines, list].includes(formOf(value)));
	if (values.length - others.length < 75) wrong(`${others.length} of ${values.length} fields do not show it`);
	if (!others.every((value) => kept.test(value.textContent))) wrong(`fields show ${others.map(formOf)}`);
	const names = [...detail.querySelectorAll("dt bdi")].map(formOf);
	const unknown = names.filter((each) => !ofTheApi.test(each) && each !== name);
	if (unknown.length > 0 || !names.includes(name)) wrong(`fields are called ${unknown}`);
};

while (state.done < cards.length) {
	const wanted = cards.slice(state.done, state.done + 10);
	const group = wanted.map((want, place) => ({ want, index: from + state.done + place }));
	for (const one of group) {
		one.card = cardAt(one.index);
		if (one.card === null) return false;
	}
	const open = group.filter(({ want }) => want.open);
	const toggles = open.map(({ card }) => card.querySelector('[data-testid="all-fields"]'));
	for (const toggle of toggles) if (toggle.ariaExpanded === "false") toggle.click();
	for (const one of open) {
		one.detail = one.card.querySelector('[data-testid="alert-detail"]');
		if (one.detail === null) return false;
	}
	for (const { want, index, card, detail } of group) {
		const wrong = (what) => state.wrong.push(`${index}: ${what}`);
		checkCard(card, want, wrong);
		if (want.open) checkFields(detail, want, wrong);
	}
	for (const toggle of toggles) toggle.click();
	state.done += group.length;
}
const { wrong } = state;
delete window.reading;
return { wrong };
