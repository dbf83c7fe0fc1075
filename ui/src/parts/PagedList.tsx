import { Fragment, type ReactNode, useEffect, useRef } from "react";
import type { ListSpec } from "../ipc/view";
import { useRowWindow } from "../state/context";
import type { RowKind, RowWindow } from "../state/rows";
import { words } from "../words/words";
import { Button } from "./Button";
import { useNearPages } from "./nearPages";
import styles from "./PagedList.module.css";
import { Problem } from "./Problem";

interface Props<Row> {
	readonly spec: ListSpec;
	readonly kind: RowKind<Row>;
	/** The height in pixels that a row is taken for until it has been drawn. */
	readonly guess: number;
	/** The rows that there will be, as long as the list is not open. */
	readonly expected?: number;
	readonly row: (row: Row, place: { readonly index: number; readonly total: number }) => ReactNode;
	/** What stands in a row's place until it is there. */
	readonly empty: (index: number) => ReactNode;
	/** What holds the rows of a page, as `role`; rows of a table are in row groups. */
	readonly group?: "rowgroup" | "presentation";
	readonly className?: string | undefined;
	/** What stands above the rows, once it is known how many there are. */
	readonly above?: (total: number) => ReactNode;
	/** Which of these is the nearest is what scrolls around the list. */
	readonly scroller?: string;
}

/**
 * The rows of a list of the host, which may be thousands and differ in height: whole pages of them
 * come and go as they are scrolled to.
 */
export function PagedList<Row>(props: Props<Row>) {
	const { spec, kind, guess, expected = 0, above, scroller = "main" } = props;
	const window = useRowWindow(spec, kind);
	const total = window?.total ?? expected;
	const count = Math.ceil(total / kind.page);
	const rowsOf = (page: number) => Math.min(kind.page, total - page * kind.page);
	const list = useRef<HTMLDivElement>(null);
	const { near, heightOf } = useNearPages(list, scroller, count, rowsOf);

	useEffect(() => {
		if (near.size === 0) return;
		const pages = [...near];
		window?.show(Math.min(...pages) * kind.page, (Math.max(...pages) + 1) * kind.page);
	}, [window, near, kind]);

	return (
		<>
			{window?.failure && (
				<Problem failure={window.failure}>
					<Button onPress={() => window.retry()}>{words("item.retry")}</Button>
				</Problem>
			)}
			{above !== undefined && window?.total != null && above(window.total)}
			<div ref={list} role="presentation" className={styles.pages}>
				{Array.from({ length: count }, (_, page) => (
					<Page
						// biome-ignore lint/suspicious/noArrayIndexKey: a page has no other name
						key={page}
						{...props}
						from={page * kind.page}
						rows={rowsOf(page)}
						total={total}
						height={near.has(page) ? null : (heightOf(page, rowsOf(page)) ?? rowsOf(page) * guess)}
						window={window}
					/>
				))}
			</div>
		</>
	);
}

interface PageProps<Row> extends Props<Row> {
	readonly from: number;
	readonly rows: number;
	readonly total: number;
	/** The height of a page that is not drawn. */
	readonly height: number | null;
	readonly window: RowWindow<Row> | null;
}

/** One element, drawn or not: its size is watched. */
function Page<Row>({ from, rows, total, height, window, row, empty, group, className }: PageProps<Row>) {
	if (height !== null) return <div role="presentation" style={{ height }} />;
	return (
		<div role={group ?? "presentation"} className={className}>
			{Array.from({ length: rows }, (_, offset) => {
				const index = from + offset;
				const known = window?.row(index);
				return (
					<Fragment key={index}>{known === undefined ? empty(index) : row(known, { index, total })}</Fragment>
				);
			})}
		</div>
	);
}
