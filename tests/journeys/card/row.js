// Whether this row of the evidence is drawn within what scrolls around it, and how many are drawn.
const table = shown('[data-testid="evidence-table"]')[0];
if (table === undefined) return false;
const scroller = table.closest("[data-scrolls]");
const row = table.querySelector(`[data-testid="evidence-row"][aria-rowindex="${given.place + 2}"]`);
if (row === null) {
	if (given.scroll) scroller.scrollTop = scroller.scrollHeight * given.scroll;
	return false;
}
const [inner, outer] = [row, scroller].map((each) => each.getBoundingClientRect());
if (inner.top < outer.top || inner.bottom > outer.bottom + 1) {
	if (given.scroll) row.scrollIntoView({ block: "nearest" });
	return false;
}
return {
	text: row.innerText,
	ours: row.dataset.ours,
	drawn: table.querySelectorAll('[role="row"]').length,
	elements: table.querySelectorAll("*").length,
};
