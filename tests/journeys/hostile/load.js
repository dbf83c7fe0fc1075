// Tries every way to load something or to send something without leaving the page.
const at = (name) => `http://127.0.0.1:${given}/${name}`;
const append = (tag, attributes, parent = document.body) =>
	new Promise((resolve) => {
		const made = document.createElement(tag);
		made.onload = () => resolve("loaded");
		made.onerror = () => resolve("refused");
		for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
		parent.append(made);
	});
const link = (rel, more = {}) => append("link", { rel, href: at(`link-${rel}`), ...more }, document.head);
const opened = (target) =>
	new Promise((resolve) => {
		target.onopen = () => resolve("open");
		target.onmessage = () => resolve("open");
		target.onerror = () => resolve("refused");
	});
const style = (text) => {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(text);
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
};
const blobOf = (text, type) => URL.createObjectURL(new Blob([text], { type }));

const ways = {
	fetch: () => fetch(at("fetch"), { method: "POST", body: "x", mode: "no-cors" }),
	keepalive: () => fetch(at("keepalive"), { keepalive: true, mode: "no-cors" }),
	request: () =>
		new Promise((resolve) => {
			const request = new XMLHttpRequest();
			request.onloadend = () => resolve(request.status);
			request.open("GET", at("request"));
			request.send();
		}),
	beacon: () => navigator.sendBeacon(at("beacon"), "x"),
	socket: () => opened(new WebSocket(at("socket").replace("http", "ws"))),
	events: () => opened(new EventSource(at("events"))),
	transport: () => new WebTransport(at("transport").replace("http", "https")).ready,
	rtc: async () => {
		const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${given}` }] });
		peer.createDataChannel("x");
		await peer.setLocalDescription(await peer.createOffer());
	},
	img: () => append("img", { src: at("img") }),
	image: () =>
		new Promise((resolve) => {
			const image = new Image();
			image.onload = () => resolve("loaded");
			image.onerror = () => resolve("refused");
			image.src = at("image");
		}),
	markup: () => {
		const holder = document.createElement("div");
		holder.innerHTML = `<svg><image href="${at("svg-image")}"/><use href="${at("svg-use")}#x"/></svg>
			<img src="${at("markup")}" onerror="location = '${at("handler")}'">
			<table background="${at("table")}"></table>`;
		document.body.append(holder);
	},
	audio: () => append("audio", { src: at("audio"), preload: "auto" }),
	video: () => append("video", { src: at("video"), poster: at("poster"), preload: "auto" }),
	input: () => append("input", { type: "image", src: at("input"), alt: "x" }),
	background: () => document.body.setAttribute("background", at("background")),
	iframe: () => append("iframe", { src: at("iframe") }),
	srcdoc: () => append("iframe", { srcdoc: `<img src="${at("srcdoc")}">`, sandbox: "allow-scripts" }),
	object: () => append("object", { data: at("object") }),
	embed: () => append("embed", { src: at("embed") }),
	script: () => append("script", { src: at("script") }),
	module: () => append("script", { src: at("module"), type: "module" }),
	inline: () => {
		const made = document.createElement("script");
		made.textContent = `location = "${at("inline")}"`;
		document.body.append(made);
	},
	import: () => import(at("import")),
	worker: () => opened(new Worker(at("worker"))),
	blobWorker: () => opened(new Worker(blobOf(`fetch("${at("blob-worker")}")`, "text/javascript"))),
	sharedWorker: () => opened(new SharedWorker(at("shared-worker"))),
	serviceWorker: () => navigator.serviceWorker.register(at("service-worker")),
	stylesheet: () => link("stylesheet"),
	icon: () => link("icon"),
	manifest: () => link("manifest"),
	preload: () => link("preload", { as: "image" }),
	preloadFetch: () => link("preload", { as: "fetch", crossorigin: "" }),
	modulePreload: () => link("modulepreload"),
	prefetch: () => link("prefetch"),
	prerender: () => link("prerender"),
	dnsPrefetch: () => link("dns-prefetch"),
	preconnect: () => link("preconnect"),
	styleUrl: () => document.body.style.setProperty("background-image", `url("${at("style-url")}")`),
	sheetUrl: () => style(`h1 { background: url("${at("sheet-url")}"); cursor: url("${at("cursor")}"), auto; }`),
	sheetImport: () => style(`@import "${at("sheet-import")}";`),
	fontFace: () => style(`@font-face { font-family: x; src: url("${at("font-face")}"); } h1 { font-family: x; }`),
	font: () => new FontFace("y", `url("${at("font")}")`).load(),
	base: () => append("base", { href: at("base/") }, document.head),
	policy: () =>
		append("meta", { "http-equiv": "Content-Security-Policy", content: "default-src *" }, document.head),
};
if (window.tried === undefined) {
	window.tried = {};
	for (const [name, way] of Object.entries(ways)) {
		window.tried[name] = null;
		const end = (outcome) => {
			window.tried[name] ??= String(outcome);
		};
		Promise.resolve().then(way).then(end, end);
		setTimeout(end, 1000, "no answer");
	}
}
return Object.values(window.tried).every((outcome) => outcome !== null) && { tried: window.tried };
