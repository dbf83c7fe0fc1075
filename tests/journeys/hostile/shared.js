// Stands before each of the other scripts. Those are bodies of functions over `given`, which are
// called until they return something.

/** A shown text as it is on screen: its parts as core names them, and how many characters were cut. */
const formOf = (bdi) => {
	const parts = [];
	let hidden = 0;
	for (const node of bdi.childNodes) {
		if (node.nodeType === Node.TEXT_NODE) parts.push({ kind: "plain", text: node.data });
		else if (node.tagName !== "SPAN" || node.childElementCount > 0) parts.push(node.outerHTML);
		else if (node.dataset.testid === "control") parts.push({ kind: "control", text: node.textContent });
		else hidden = Number(node.textContent.replace(/\D/g, ""));
	}
	return JSON.stringify([parts, hidden]);
};

const isIsolated = (bdi) => {
	const { unicodeBidi, direction } = getComputedStyle(bdi);
	return unicodeBidi === "isolate" && direction === "ltr";
};

/** Whether a text holds what is not seen. Asked of the web view's own tables, not of core's. */
const hides = (text) => /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u.test(text.replace(/[\n\t]/g, ""));

/** Whether an element lies within the part of the window that it belongs to. */
const fits = (element) => {
	const outer = document.querySelector("main").getBoundingClientRect();
	const inner = element.getBoundingClientRect();
	const wide = document.documentElement.scrollWidth > innerWidth;
	return !wide && inner.left >= outer.left && inner.right <= outer.right;
};

/** The card at this place of the list, once the list has been scrolled to it. */
const cardAt = (index) => {
	const card = document.querySelector(`[data-testid="alert"][aria-posinset="${index + 1}"]`);
	if (card !== null) return card;
	const drawn = [...document.querySelectorAll('[data-testid="alert"]')];
	const before = drawn.filter((each) => Number(each.ariaPosInSet) <= index).at(-1);
	if (before !== undefined) before.scrollIntoView({ block: "end" });
	else drawn[0]?.scrollIntoView({ block: "start" });
	return null;
};

/** What text must not change about the page. */
const describePage = () => {
	const tags =
		"a audio base embed form frame iframe image img link math meta object script style template video";
	const count = (tag) => [tag, document.getElementsByTagName(tag).length];
	return {
		counts: Object.fromEntries(tags.split(" ").map(count)),
		scripts: document.scripts.length,
		location: location.href,
		title: document.title,
	};
};
