// Scrolls through the raw text from its beginning, and returns its lines.
const view = shown('[data-testid="raw"]')[0];
if (view === undefined) return false;
window.rawLines ??= [];
const lines = window.rawLines;
let missing = false;
for (const number of view.querySelectorAll('[aria-hidden="true"]')) {
	const text = number.nextElementSibling;
	if (text === null) missing = true;
	else lines[Number(number.textContent) - 1] = text.textContent;
}
const isAtEnd = view.scrollTop + view.clientHeight >= view.scrollHeight - 1;
// A line that was passed over would be a hole.
if (isAtEnd && !missing && lines.at(-1) === "}" && !lines.includes(undefined)) return lines;
if (!missing) view.scrollTop += view.clientHeight;
return false;
