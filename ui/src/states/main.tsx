import { createRoot } from "react-dom/client";
import { App } from "../App";
import "../base.css";
import { Connection } from "../state/connection";
import { FakeHost } from "../testing/fake";
import { now, problem } from "../testing/fixtures";
import { type NamedWorld, worlds } from "../testing/worlds";
import { Gallery } from "./Gallery";

// `states.html` shows every component in every state; `?world=NAME` the whole window in one of
// them. `&theme=dark` or `light`, and `&contrast=more`, settle the look; `&select=N` chooses the N-th
// item, `&expand` opens its first card, and `&press=A,B` presses what has these test ids.
const asked = new URLSearchParams(location.search);
const theme = asked.get("theme") === "dark" ? "dark" : asked.get("theme") === "light" ? "light" : "system";
const contrast = asked.get("contrast") === "more" ? "more" : "system";

// Time stands still, so that two pictures of one state are the same picture.
Date.now = () => now;

/** Does something with an element as soon as it is there. */
function whenThere(selector: string, act: (element: HTMLElement) => void): void {
	const look = (): boolean => {
		const element = document.querySelector<HTMLElement>(selector);
		if (element !== null) act(element);
		return element !== null;
	};
	if (look()) return;
	const observer = new MutationObserver(() => {
		if (look()) observer.disconnect();
	});
	observer.observe(document.body, { childList: true, subtree: true });
}

const named: Readonly<Record<string, NamedWorld>> = worlds;
const world = named[asked.get("world") ?? ""];
const root = document.getElementById("root");
if (root !== null) {
	if (world === undefined) {
		document.body.style.overflow = "auto";
		if (theme !== "system") document.documentElement.dataset["theme"] = theme;
		if (contrast !== "system") document.documentElement.dataset["contrast"] = contrast;
		createRoot(root).render(<Gallery />);
	} else {
		const preferences = { ...world.head.preferences, theme, contrast } as const;
		const host = new FakeHost({ ...world, head: { ...world.head, preferences } });
		host.failing.set("connect", problem("tenantInvalid"));
		host.failing.set("paste", problem("noDigestInText"));
		const connection = new Connection(host);
		connection.start();
		createRoot(root).render(<App backend={host} connection={connection} />);
		const select = asked.get("select");
		if (select !== null) {
			// Only the rows in view are drawn, so a far one is scrolled to.
			whenThere("[aria-setsize]", (row) => {
				const list = row.closest<HTMLElement>(`[data-testid="items"]`);
				const rows = Number(row.getAttribute("aria-setsize"));
				if (list !== null) list.scrollTop = (list.scrollHeight / rows) * (Number(select) - 3);
				whenThere(`[aria-posinset="${select}"]`, (chosen) => chosen.click());
			});
			if (asked.has("expand")) {
				setTimeout(() => document.querySelector<HTMLElement>(`[data-testid="all-fields"]`)?.click(), 500);
			}
		}
		asked
			.get("press")
			?.split(",")
			.forEach((id, index) => {
				setTimeout(
					() => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)?.click(),
					600 + 200 * index,
				);
			});
	}
}
