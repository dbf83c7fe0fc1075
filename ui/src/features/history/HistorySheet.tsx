import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from "react";
import { asFailure, type Failure } from "../../ipc/failure";
import type { HistoryId, HistoryState } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Note } from "../../parts/Note";
import { PagedList } from "../../parts/PagedList";
import { Problem } from "../../parts/Problem";
import { Sheet } from "../../parts/Sheet";
import { useHead, useReach } from "../../state/context";
import { historyRows } from "../../state/rows";
import { words } from "../../words/words";
import { HistoryLine, HistorySkeleton } from "./HistoryLine";
import styles from "./HistorySheet.module.css";

/** The height of an entry in the style sheet, in pixels. */
const guess = 72;
/** As much as the host takes. */
const longest = 200;
const list = { kind: "history" } as const;

interface Props {
	readonly onClose: () => void;
	readonly onPreferences: () => void;
}

/** What was looked up, and what was answered: searched, and opened again without a call. */
export function HistorySheet({ onClose, onPreferences }: Props) {
	const { backend } = useReach();
	const { history } = useHead();
	const { text, setText, sought, failure } = useSearch();
	const [notReopened, setNotReopened] = useState<Failure | null>(null);
	const rows = useRef<HTMLElement>(null);
	const reopen = (entry: HistoryId) => {
		backend.reopen(entry).then(onClose, (reason: unknown) => setNotReopened(asFailure(reason)));
	};
	const problem = notReopened ?? failure;
	return (
		<Sheet title={words("history.title")} onClose={onClose} testId="history-sheet">
			<div className={styles.history}>
				<SearchField text={text} onChange={setText} onDown={() => focusRow(rows.current, 0)} />
				<Where history={history} onPreferences={onPreferences} />
				{problem !== null && <Problem failure={problem} urgent />}
				{sought !== null && <Entries rows={rows} sought={sought} onReopen={reopen} />}
			</div>
		</Sheet>
	);
}

interface Search {
	readonly text: string;
	readonly setText: (text: string) => void;
	/** What the list was searched for; null until it is known to be all of it. */
	readonly sought: string | null;
	readonly failure: Failure | null;
}

/**
 * Searches for what is typed. One search is under way at a time, and when it has ended, the next is for
 * what stands in the field by then: so it is as fast as the host, and no faster.
 */
function useSearch(): Search {
	const { backend } = useReach();
	const [text, setText] = useState("");
	const [sought, setSought] = useState<string | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const wanted = useRef("");
	const last = useRef<string | null>(null);
	const busy = useRef(false);

	const search = useCallback(async () => {
		if (busy.current) return;
		busy.current = true;
		while (last.current !== wanted.current) {
			const next = wanted.current;
			last.current = next;
			try {
				await backend.searchHistory(next);
				setSought(next);
				setFailure(null);
			} catch (reason) {
				setFailure(asFailure(reason));
			}
		}
		busy.current = false;
	}, [backend]);
	// The search of an earlier sheet may still hold.
	useEffect(() => void search(), [search]);

	const type = (typed: string) => {
		setText(typed);
		wanted.current = typed.trim();
		void search();
	};
	return { text, setText: type, sought, failure };
}

interface SearchFieldProps {
	readonly text: string;
	readonly onChange: (text: string) => void;
	/** Goes to the first row. */
	readonly onDown: () => void;
}

function SearchField({ text, onChange, onDown }: SearchFieldProps) {
	const id = useId();
	return (
		<div className={styles.search}>
			<label htmlFor={id} className="spoken">
				{words("history.search")}
			</label>
			<input
				id={id}
				type="search"
				value={text}
				maxLength={longest}
				placeholder={words("history.search.hint")}
				spellCheck={false}
				autoComplete="off"
				// biome-ignore lint/a11y/noAutofocus: whoever opens the history means to look for something
				autoFocus
				onChange={(event) => onChange(event.target.value)}
				onKeyDown={(event) => {
					if (event.key !== "ArrowDown") return;
					event.preventDefault();
					onDown();
				}}
				data-testid="history-search"
			/>
		</div>
	);
}

/** Where answers are kept, if that is not what one would think. */
function Where({ history, onPreferences }: { history: HistoryState; onPreferences: () => void }) {
	switch (history.kind) {
		case "kept":
			return null;
		case "opening":
			return <p role="status">{words("history.opening")}</p>;
		case "off":
			return (
				<Note
					icon="clock"
					title={words("history.off.title")}
					look="quiet"
					data={{ testid: "history-where", state: "off" }}
					actions={<Button onPress={onPreferences}>{words("history.preferences")}</Button>}
				>
					<p>{words("history.off.text")}</p>
				</Note>
			);
		case "memory": {
			const { code, facts } = history.error;
			return (
				<Note
					icon="clock"
					title={words("history.memory.title", { reason: words(`error.${code}.title`, facts) })}
					look="quiet"
					data={{ testid: "history-where", state: "memory" }}
				/>
			);
		}
		default:
			return history satisfies never;
	}
}

interface EntriesProps {
	readonly rows: React.RefObject<HTMLElement | null>;
	readonly sought: string;
	readonly onReopen: (entry: HistoryId) => void;
}

/** The entries; one of them can have the focus by Tab, the others by the arrow keys. */
function Entries({ rows, sought, onReopen }: EntriesProps) {
	const [current, setCurrent] = useState(0);
	const move = (event: KeyboardEvent) => {
		const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 };
		const step = steps[event.key];
		if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		focusRow(rows.current, Math.max(0, current + step));
	};
	return (
		<section
			ref={rows}
			className={styles.scroller}
			aria-label={words("history.label")}
			onKeyDown={move}
			tabIndex={-1}
			data-scrolls
			data-testid="history-rows"
		>
			<PagedList
				spec={list}
				kind={historyRows}
				guess={guess}
				scroller="[data-scrolls]"
				above={(total) => <Total total={total} sought={sought} />}
				row={(row, { index }) => (
					<HistoryLine
						row={row}
						index={index}
						reached={index === current}
						onReach={() => setCurrent(index)}
						onReopen={() => onReopen(row.id)}
					/>
				)}
				empty={() => <HistorySkeleton />}
			/>
		</section>
	);
}

/** How many there are, or why there are none. */
function Total({ total, sought }: { total: number; sought: string }) {
	if (total > 0) {
		return (
			<p className={styles.total} role="status" data-testid="history-total">
				{words(sought === "" ? "history.count" : "history.found", { count: total })}
			</p>
		);
	}
	const id = sought === "" ? "history.none" : "history.notFound";
	return (
		<div className={styles.none} role="status" data-testid="history-none">
			<p className={styles.noneTitle}>{words(`${id}.title`, { text: sought })}</p>
			<p>{words(`${id}.text`)}</p>
		</div>
	);
}

/** Moves the focus to a row, if that is drawn. */
function focusRow(rows: HTMLElement | null, index: number): void {
	rows?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus();
}
