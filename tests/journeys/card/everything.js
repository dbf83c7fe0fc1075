// Opens all that can be opened in the card at this place, and returns the texts that it shows: those
// of its rows of evidence, and those of everything else. A text is that of one element with all that
// is in it, so that each value stands in one of its own.
window.opened ??= new WeakSet();
const card = document.querySelector(`[data-testid="alert"][aria-posinset="${given.card}"]`);
const detail = card?.querySelector('[data-testid="alert-detail"]');
if (!detail) return false;
const place = (id) => [...detail.querySelectorAll(`[data-testid="${id}"]`)];
const wholes = [...detail.querySelectorAll('[data-testid="command-line"] button[aria-expanded="false"]')];
for (const closed of [...place("row-fields"), ...place("show-fields"), ...wholes]) {
	// Once: it is drawn open some time after it was pressed.
	if (window.opened.has(closed)) continue;
	window.opened.add(closed);
	closed.click();
}
const rows = place("evidence-row");
const isOpen =
	rows.length === given.rows &&
	place("row-more").length === place("row-fields").length &&
	place("show-fields").length === 0 &&
	detail.querySelector('[data-testid="command-line"] button[aria-expanded="false"]') === null;
if (!isOpen) return false;

const isSeen = (each) => each.checkVisibility() && each.closest(".spoken, svg") === null;
const textsOf = (elements) => [...new Set(elements.filter(isSeen).map((each) => each.textContent))];
const others = [...card.querySelectorAll("*")].filter(
	(each) => each.querySelector('[role="table"]') === null && each.closest('[role="table"]') === null,
);
return {
	others: textsOf(others),
	rows: rows.map((row) => textsOf([...row.querySelectorAll("*")])),
};
