import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { AlertHandle, AlertRow, ItemId, Realm } from "../ipc/view";
import { useRowWindow } from "../state/context";
import { alertRows, type RowWindow } from "../state/rows";
import { words } from "../words/words";
import { AlertCard } from "./AlertCard";
import styles from "./AlertList.module.css";
import { Button } from "./Button";
import { Problem } from "./Problem";

/** How far beyond the edges of what scrolls (the `main` around the list) cards are drawn. */
const nearby = "1200px 0px";
/** The height that a card is taken for until its page has been drawn. */
const guess = 128;

/** The alerts of one item. Their cards differ in height, so whole pages of them come and go. */
export function AlertList({ item, realm }: { item: ItemId; realm: Realm }) {
	const window = useRowWindow({ kind: "alerts", item }, alertRows);
	const [near, setNear] = useState<ReadonlySet<number>>(new Set([0]));
	const [expanded, setExpanded] = useState<ReadonlySet<AlertHandle>>(new Set());
	const total = window?.total ?? 0;

	useEffect(() => {
		if (near.size === 0) return;
		const pages = [...near];
		window?.show(Math.min(...pages) * alertRows.page, (Math.max(...pages) + 1) * alertRows.page);
	}, [window, near]);

	const onNear = useCallback((page: number, isNear: boolean) => {
		setNear((before) => {
			if (before.has(page) === isNear) return before;
			const after = new Set(before);
			if (isNear) after.add(page);
			else after.delete(page);
			return after;
		});
	}, []);
	const onToggle = useCallback((alert: AlertHandle) => {
		setExpanded((before) => {
			const after = new Set(before);
			if (!after.delete(alert)) after.add(alert);
			return after;
		});
	}, []);

	if (window === null) return null;
	const pages = Array.from({ length: Math.ceil(total / alertRows.page) }, (_, page) => page);
	return (
		<>
			{window.failure !== null && (
				<Problem failure={window.failure}>
					<Button onPress={() => window.retry()}>{words("item.retry")}</Button>
				</Problem>
			)}
			{/* biome-ignore lint/a11y/useSemanticElements: the pages stand between the list and its items */}
			<div role="list" className={styles.list} aria-label={words("alerts.label")} data-testid="alerts">
				{pages.map((page) => (
					<CardPage
						key={page}
						page={page}
						total={total}
						near={near.has(page)}
						window={window}
						realm={realm}
						expanded={expanded}
						onNear={onNear}
						onToggle={onToggle}
					/>
				))}
			</div>
		</>
	);
}

interface PageProps {
	readonly page: number;
	readonly total: number;
	readonly near: boolean;
	readonly window: RowWindow<AlertRow>;
	readonly realm: Realm;
	readonly expanded: ReadonlySet<AlertHandle>;
	readonly onNear: (page: number, isNear: boolean) => void;
	readonly onToggle: (alert: AlertHandle) => void;
}

function CardPage({ page, total, near, window, realm, expanded, onNear, onToggle }: PageProps) {
	const element = useRef<HTMLDivElement>(null);
	const from = page * alertRows.page;
	const to = Math.min(from + alertRows.page, total);
	const [height, setHeight] = useState((to - from) * guess);

	useEffect(() => {
		const target = element.current;
		if (target === null || typeof IntersectionObserver === "undefined") return;
		const observer = new IntersectionObserver(
			(entries) => onNear(page, entries.at(-1)?.isIntersecting ?? false),
			{ root: target.closest("main"), rootMargin: nearby },
		);
		observer.observe(target);
		return () => observer.disconnect();
	}, [page, onNear]);

	useLayoutEffect(() => {
		const drawn = element.current?.clientHeight ?? 0;
		if (near && drawn > 0) setHeight(drawn);
	}, [near]);

	if (!near) return <div ref={element} role="presentation" style={{ height }} />;
	return (
		<div ref={element} role="presentation" className={styles.page}>
			{Array.from({ length: to - from }, (_, offset) => {
				const index = from + offset;
				const alert = window.row(index);
				if (alert === undefined) {
					return (
						<div key={`empty-${index}`} role="presentation" className={styles.loading}>
							{words("list.loading")}
						</div>
					);
				}
				return (
					<AlertCard
						key={alert.alert}
						alert={alert}
						realm={realm}
						position={{ index, total }}
						expanded={expanded.has(alert.alert)}
						onToggle={onToggle}
					/>
				);
			})}
		</div>
	);
}
