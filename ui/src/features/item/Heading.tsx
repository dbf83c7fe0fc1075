import { useId, useState } from "react";
import { size } from "../../format/size";
import type { ItemRow } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { ShownText } from "../../parts/Words";
import { words } from "../../words/words";
import styles from "./Heading.module.css";
import { SamePlaces } from "./SamePlaces";

/** What the item is: its name, its digest, its size, and every place it came from. */
export function Heading({ item }: { item: ItemRow }) {
	const [others, setOthers] = useState(false);
	const list = useId();
	return (
		<>
			<h2 id="detail-name" className={styles.name}>
				<ShownText text={item.name} />
			</h2>
			<dl className={styles.facts}>
				<div>
					<dt>{words("item.sha1")}</dt>
					<dd>
						{item.sha1 === null ? (
							<span className={styles.dim}>{words("item.noSha1")}</span>
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
				{item.size !== null && (
					<div>
						<dt>{words("item.size")}</dt>
						<dd>{size(item.size)}</dd>
					</div>
				)}
			</dl>
			<dl className={styles.facts}>
				<div>
					<dt>{words("item.folder")}</dt>
					<dd>
						{item.place === null ? (
							<span className={styles.dim}>{words("item.pasted")}</span>
						) : (
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
		</>
	);
}
