import { type RefObject, useEffect } from "react";

/**
 * Keeps the focus on the page when what had it goes away: it goes on from the nearest part around that
 * is still there and can have it, or else from `otherwise`.
 */
export function useKeptFocus(otherwise: RefObject<HTMLElement | null>): void {
	useEffect(() => {
		/** What had the focus last, and all around it, from within. */
		let last: readonly Element[] = [];
		let frame = 0;
		const noted = (event: FocusEvent) => {
			last = event.composedPath().filter((each) => each instanceof Element);
		};
		const lost = () => document.activeElement === document.body && last[0]?.isConnected === false;
		const goOn = () => {
			if (!lost()) return;
			const around = last.find((each) => each.isConnected && each.hasAttribute("tabindex"));
			const next = around instanceof HTMLElement ? around : otherwise.current;
			next?.focus({ preventScroll: true });
		};
		const observer = new MutationObserver(() => {
			if (!lost()) return;
			cancelAnimationFrame(frame);
			// A sheet and a menu give it back themselves, a frame later.
			frame = requestAnimationFrame(() => {
				frame = requestAnimationFrame(goOn);
			});
		});
		document.addEventListener("focusin", noted);
		observer.observe(document.body, { childList: true, subtree: true });
		return () => {
			document.removeEventListener("focusin", noted);
			observer.disconnect();
			cancelAnimationFrame(frame);
		};
	}, [otherwise]);
}

/**
 * Shows where the focus is whenever a key has put it there. After a click WebKit shows nothing of a focus
 * that is moved by script, as React Aria does in all that lies over the window.
 */
export function useShownFocus(): void {
	useEffect(() => {
		let byKey = false;
		const pressed = () => {
			byKey = true;
		};
		const clicked = () => {
			byKey = false;
		};
		const focused = ({ target }: FocusEvent) => {
			if (byKey && target instanceof HTMLElement && !target.matches(":focus-visible")) {
				target.dataset["focusByKey"] = "";
			}
		};
		const left = ({ target }: FocusEvent) => {
			if (target instanceof HTMLElement) delete target.dataset["focusByKey"];
		};
		window.addEventListener("keydown", pressed, true);
		window.addEventListener("pointerdown", clicked, true);
		document.addEventListener("focusin", focused);
		document.addEventListener("focusout", left);
		return () => {
			window.removeEventListener("keydown", pressed, true);
			window.removeEventListener("pointerdown", clicked, true);
			document.removeEventListener("focusin", focused);
			document.removeEventListener("focusout", left);
		};
	}, []);
}
