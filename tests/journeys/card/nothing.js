// All that the page shows or has read aloud, and of it what is no text but the lack of one.
const texts = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
	if (node.parentElement?.closest("script, style") === null) texts.push(node.data);
}
for (const each of document.querySelectorAll("*")) {
	for (const { name, value } of each.attributes) {
		if (/^(aria-.*(label|text|description)|alt|placeholder|title|value)$/.test(name)) texts.push(value);
	}
}
const nothing = /\b(null|undefined|NaN|Invalid Date)\b|\[object /;
return { texts: texts.length, found: texts.filter((text) => nothing.test(text)) };
