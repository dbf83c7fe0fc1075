// Tries this one way to leave the page, with something of it in the address.
const at = `http://127.0.0.1:${given.port}/${given.way}?${encodeURIComponent(document.title)}`;
const click = (attributes) => {
	const anchor = Object.assign(document.createElement("a"), { textContent: "x", ...attributes });
	document.body.append(anchor);
	anchor.click();
};
const submit = (attributes) => {
	const form = Object.assign(document.createElement("form"), { action: at, ...attributes });
	document.body.append(form);
	form.submit();
};

const ways = {
	assign: () => location.assign(at),
	replace: () => location.replace(at),
	href: () => {
		location.href = at;
	},
	open: () => window.open(at),
	openHere: () => window.open(at, "_self"),
	anchor: () => click({ href: at }),
	blankAnchor: () => click({ href: at, target: "_blank" }),
	download: () => click({ href: at, download: "x" }),
	ping: () => click({ href: "#x", ping: at }),
	form: () => submit({ method: "get" }),
	blankForm: () => submit({ method: "post", target: "_blank" }),
	refresh: () => {
		const meta = document.createElement("meta");
		meta.httpEquiv = "refresh";
		meta.content = `0; url=${at}`;
		document.head.append(meta);
	},
	javascript: () => {
		location.href = `javascript:fetch("${at}")`;
	},
	data: () => {
		location.href = `data:text/html,<img src="${at}">`;
	},
	blob: () => {
		location.href = URL.createObjectURL(new Blob([`<img src="${at}">`], { type: "text/html" }));
	},
	file: () => {
		location.href = "file:///etc/hostname";
	},
	mailto: () => {
		location.href = "mailto:someone@example.org";
	},
	history: () => history.pushState(null, "", at),
};
try {
	ways[given.way]();
	return "tried";
} catch (error) {
	return String(error);
}
