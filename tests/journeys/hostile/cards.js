// Reads these cards from the first to the last, and opens the fields of those that say so.
const { from, cards } = given;
window.reading ??= { done: 0, wrong: [], pressed: new WeakSet() };
const state = window.reading;
// What is neither the text nor that by which an alert is found and put in order.
const kept = /^(\d[\dTZ:.-]*|[\da-f]{40}|da\d+_1|Process|File)$/;
const ofTheApi = /^\[\[\{"kind":"plain","text":"[\w ·]+"\}\],0\]$/;

// What a display form reads like, without the marks that keep an address from being one.
const reads = (text) => text.replace(/[[\]]/g, "").replace(/hxxp/gi, "http");
const readsOf = ([parts]) => reads(parts.map((part) => part.text).join(""));

const checkCard = (card, want, wrong) => {
	const texts = [...card.querySelectorAll("bdi")];
	if (!texts.every(isIsolated)) wrong("a text is not isolated");
	if (texts.some((text) => hides(text.textContent))) wrong("something is hidden");
	if (!fits(card)) wrong("the card does not fit");
	if (want.line === null) return;
	const line = JSON.stringify(want.line);
	const head = texts.filter((text) => text.closest('[data-testid="alert-detail"]') === null);
	// A device's name may be cut after its first label.
	const isShort = (text) =>
		text.closest('[data-testid="alert-device"]') !== null && readsOf(want.line).startsWith(reads(text.textContent));
	const others = head.filter((text) => formOf(text) !== line && !isShort(text)).map(formOf);
	if (head.length < 9 || others.length > 0) wrong(`the card shows ${head.length} texts, and ${others}`);
	if (!card.ariaLabel.includes(want.label) || hides(card.ariaLabel)) wrong(`it is called ${card.ariaLabel}`);
};

const checkFields = (detail, want, wrong) => {
	const [lines, name] = [want.lines, want.name].map((form) => JSON.stringify(form));
	const description = detail.querySelector('[data-testid="what"] p bdi');
	if (want.line !== null && formOf(description) !== lines) wrong(`the description is ${formOf(description)}`);
	const names = [...detail.querySelectorAll("dt bdi")];
	// Who asked, and where, is not of the alert.
	const isOwn = (text) => text.closest('[data-testid="alert-provenance"]') !== null;
	const values = [...detail.querySelectorAll("bdi")].filter((text) => !names.includes(text) && !isOwn(text));
	const expected = [want.lines, want.line ?? want.lines].map(readsOf);
	const shows = (text) => expected.some((each) => reads(text.textContent).includes(each));
	const others = values.filter((value) => !shows(value) && !kept.test(value.textContent));
	if (others.length > 0) wrong(`fields show ${others.map(formOf)}`);
	// What is blank is taken for absent, in fields and in their names.
	const absent = want.line === null;
	if (!absent && values.filter(shows).length < 60) wrong(`${values.filter(shows).length} of ${values.length} fields show it`);
	const unknown = names.map(formOf).filter((each) => !ofTheApi.test(each) && each !== name);
	if (unknown.length > 0 || (!absent && !names.map(formOf).includes(name))) wrong(`fields are called ${unknown}`);
};

/** Opens everything in an open card that can be opened; whether it is all there. */
const isOpen = (detail) => {
	const place = (id) => [...detail.querySelectorAll(`[data-testid="${id}"]`)];
	for (const closed of [...place("row-fields"), ...place("show-fields")]) {
		// Once: it is drawn open some time after it was pressed.
		if (state.pressed.has(closed)) continue;
		state.pressed.add(closed);
		closed.click();
	}
	const rows = place("evidence-row").length;
	return rows === 3 && place("row-more").length === place("row-fields").length && place("show-fields").length === 0;
};

while (state.done < cards.length) {
	const want = cards[state.done];
	const index = from + state.done;
	const wrong = (what) => state.wrong.push(`${index}: ${what}`);
	const card = cardAt(index);
	if (card === null) return false;
	const toggle = card.querySelector('[data-testid="all-fields"]');
	if (want.open) {
		if (toggle.ariaExpanded === "false") toggle.click();
		const detail = card.querySelector('[data-testid="alert-detail"]');
		if (detail === null || !isOpen(detail)) {
			// Evidence is drawn where it is near.
			card.querySelector('[data-testid="evidence-table"]')?.scrollIntoView({ block: "center" });
			return false;
		}
		checkFields(detail, want, wrong);
	}
	checkCard(card, want, wrong);
	if (want.open) toggle.click();
	state.done += 1;
}
const { wrong } = state;
delete window.reading;
return { wrong };
