import { type KeyboardEvent, type PointerEvent, useState, useSyncExternalStore } from "react";
import { usePreferences } from "../../state/preferences";
import { words } from "../../words/words";
import styles from "./Splitter.module.css";

/** In CSS pixels, as the preferences have it. */
export const usualWidth = 392;
const narrowest = 280;
const widest = 640;
/** What the chosen item needs beside the list. */
const beside = 440;
/** How far one press of an arrow key goes. */
const step = 16;

interface Props {
	readonly width: number;
	readonly moving: boolean;
	/** The width while it is being changed; null takes that of the preferences. */
	readonly onMove: (width: number | null) => void;
	/** The id of the list. */
	readonly controls: string;
}

/** Between the list and the chosen item: drawn, or moved by the arrow keys; two clicks reset it. */
export function Splitter({ width, moving, onMove, controls }: Props) {
	const [, change] = usePreferences();
	const most = useWidest();
	const [from, setFrom] = useState<{ pointer: number; width: number } | null>(null);

	const settle = (to: number) => {
		onMove(null);
		change({ listWidth: bounded(to, most) });
	};
	const pressed = (event: KeyboardEvent) => {
		const to: Record<string, number> = {
			ArrowLeft: width - step,
			ArrowRight: width + step,
			Home: narrowest,
			End: most,
		};
		const next = to[event.key];
		if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		onMove(bounded(next, most));
	};
	const moved = (event: PointerEvent): number | null =>
		from === null ? null : bounded(from.width + event.clientX - from.pointer, most);
	const released = (event: PointerEvent) => {
		const to = moved(event);
		setFrom(null);
		if (to !== null && moving) settle(to);
	};

	return (
		// biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
		<div
			role="separator"
			className={styles.splitter}
			tabIndex={0}
			aria-orientation="vertical"
			aria-label={words("list.width")}
			aria-controls={controls}
			aria-valuemin={narrowest}
			aria-valuemax={most}
			aria-valuenow={width}
			data-moving={moving}
			data-testid="splitter"
			onKeyDown={pressed}
			// A key that is held down is one change.
			onKeyUp={() => {
				if (moving) settle(width);
			}}
			onPointerDown={(event) => {
				event.currentTarget.setPointerCapture?.(event.pointerId);
				setFrom({ pointer: event.clientX, width });
			}}
			onPointerMove={(event) => {
				const to = moved(event);
				if (to !== null) onMove(to);
			}}
			onPointerUp={released}
			onPointerCancel={released}
			onDoubleClick={() => settle(usualWidth)}
		/>
	);
}

/** A width that leaves room for both sides. */
export function useBounded(width: number): number {
	return bounded(width, useWidest());
}

const bounded = (width: number, most: number) => Math.round(Math.max(narrowest, Math.min(most, width)));

function useWidest(): number {
	const room = useSyncExternalStore(listen, () => window.innerWidth);
	return Math.max(narrowest, Math.min(widest, room - beside));
}

function listen(listener: () => void): () => void {
	window.addEventListener("resize", listener);
	return () => window.removeEventListener("resize", listener);
}
