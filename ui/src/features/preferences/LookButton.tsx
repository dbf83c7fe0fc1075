import { Button as PressButton } from "react-aria-components/Button";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import type { Contrast, Theme } from "../../ipc/view";
import { Button } from "../../parts/Button";
import buttonStyles from "../../parts/Button.module.css";
import { Icon } from "../../parts/Icon";
import { Segmented } from "../../parts/Segmented";
import { hint } from "../../state/keys";
import { usePreferences } from "../../state/preferences";
import { words } from "../../words/words";
import styles from "./LookButton.module.css";
import { useZoomKeys, Zoom } from "./Zoom";

const themes: readonly Theme[] = ["system", "light", "dark"];
const contrasts: readonly Contrast[] = ["system", "more"];

/** Opens what the window looks like, and from there everything else that can be chosen. */
export function LookButton({ onMore }: { onMore: () => void }) {
	const label = words("preferences.open");
	useZoomKeys();
	return (
		<DialogTrigger>
			<PressButton
				className={`${buttonStyles.button} ${buttonStyles.plain}`}
				aria-label={label}
				data-testid="look"
			>
				<span className={styles.icon} title={label}>
					<Icon name="contrast" />
				</span>
			</PressButton>
			<Popover className={styles.popover ?? ""} placement="bottom end" offset={4}>
				<Dialog className={styles.dialog ?? ""} aria-label={label} data-testid="look-dialog">
					{({ close }) => (
						<>
							<Look />
							<Button
								look="plain"
								hint={hint("preferences")}
								onPress={() => {
									close();
									onMore();
								}}
								testId="preferences"
							>
								{words("preferences.more")}
							</Button>
						</>
					)}
				</Dialog>
			</Popover>
		</DialogTrigger>
	);
}

/** What the window looks like: its colours, and how large everything is. */
export function Look() {
	const [{ theme, contrast }, change] = usePreferences();
	return (
		<>
			<Segmented
				label={words("preferences.theme")}
				labelled
				options={themes.map((value) => ({ value, text: words(`preferences.theme.${value}`) }))}
				value={theme}
				onChange={(value) => change({ theme: value })}
				testId="theme"
			/>
			<Segmented
				label={words("preferences.contrast")}
				labelled
				options={contrasts.map((value) => ({ value, text: words(`preferences.contrast.${value}`) }))}
				value={contrast}
				onChange={(value) => change({ contrast: value })}
				testId="contrast"
			/>
			<Zoom />
		</>
	);
}
