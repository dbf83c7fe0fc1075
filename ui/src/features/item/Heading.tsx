import { useId, useState } from "react";
import { size } from "../../format/size";
import type { ItemRow, Mention } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { Instant } from "../../parts/Instant";
import { ShownText, Words } from "../../parts/Words";
import { words } from "../../words/words";
import styles from "./Heading.module.css";
import { SamePlaces } from "./SamePlaces";

/** What the item is: its name, its digest, its size, and every place it came from. */
export function Heading({ item }: { item: ItemRow }) {
	const [others, setOthers] = useState(false);
	const list = useId();
	return (
		<>
			<h2 id="detail-name" className={`${styles.name} ${item.mention === null ? "" : styles.digest}`}>
				<ShownText text={item.name} />
			</h2>
			<dl className={styles.facts}>
				<div>
					<dt>{words("item.sha1")}</dt>
					<dd>
						{item.sha1 === null ? (
							<span className={styles.dim}>
								{words(item.mention === null ? "item.noSha1" : "item.noSha1.digest")}
							</span>
						) : (
							<>
								<code data-testid="sha1">{item.sha1}</code>
								<CopyButton
									field={{ kind: "item", item: item.id, part: "sha1" }}
									id="item.sha1.copy"
									look="link"
								/>
							</>
						)}
					</dd>
				</div>
				{item.mention !== null && item.mention.kind !== "sha1" && (
					<div>
						<dt>{words("item.given")}</dt>
						<dd data-testid="given">
							{words(`item.digest.${item.mention.kind}`)}
							<CopyButton
								field={{ kind: "item", item: item.id, part: "name" }}
								id="item.given.copy"
								look="link"
							/>
						</dd>
					</div>
				)}
				{item.size !== null && (
					<div>
						<dt>{words("item.size")}</dt>
						<dd>{size(item.size)}</dd>
					</div>
				)}
			</dl>
			<dl className={styles.facts}>
				<div>
					<dt>{words(item.mention === null ? "item.folder" : "item.mention")}</dt>
					<dd>
						{item.mention !== null && <Where mention={item.mention} />}
						{item.place !== null && (
							<code>
								<ShownText text={item.place} />
							</code>
						)}
						{item.sameContent > 0 && (
							<Button
								look="link"
								icon="open"
								expanded={others}
								onPress={() => setOthers((before) => !before)}
								testId="same-content"
							>
								{words("item.same", { count: item.sameContent })}
							</Button>
						)}
					</dd>
				</div>
			</dl>
			<div id={list}>{others && <SamePlaces item={item.id} count={item.sameContent} />}</div>
			<More item={item} />
		</>
	);
}

/** Where a text named the digest. */
function Where({ mention: { text, line } }: { mention: Mention }) {
	return (
		<span data-testid="mention">
			{text === null ? (
				words("item.mention.pasted", { line })
			) : (
				<Words id="item.mention.text" facts={{ line, text }} />
			)}{" "}
			<span className={styles.dim}>({words("item.mention.noFile")})</span>
		</span>
	);
}

/** What only some items have. */
function More({ item: { mention, throughLink, streams, reading } }: { item: ItemRow }) {
	const note = mention?.note ?? null;
	const earlier = reading?.kind === "read" ? reading.earlier : null;
	if (note === null && !throughLink && streams.length === 0 && earlier === null) return null;
	return (
		<dl className={styles.facts}>
			{note !== null && (
				<div>
					<dt>{words("item.note")}</dt>
					<dd className={styles.note} data-testid="note">
						<ShownText text={note} />
					</dd>
				</div>
			)}
			{throughLink && (
				<div>
					<dt>{words("item.throughLink.label")}</dt>
					<dd data-testid="through-link">{words("item.throughLink.help")}</dd>
				</div>
			)}
			{earlier !== null && (
				<div>
					<dt>{words("item.readEarlier.label")}</dt>
					<dd data-testid="read-earlier">
						<Instant at={earlier} /> <span className={styles.dim}>{words("item.readEarlier.help")}</span>
					</dd>
				</div>
			)}
			{streams.length > 0 && (
				<div>
					<dt>{words("item.streams")}</dt>
					<dd className={styles.streams} data-testid="streams">
						{streams.map(({ name, size: bytes }, index) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: two names may be shown alike, and none moves
							<span key={index}>
								<Words id="item.stream" facts={{ name, size: size(bytes) }} />
							</span>
						))}
					</dd>
				</div>
			)}
		</dl>
	);
}
