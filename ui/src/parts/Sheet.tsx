import type { ReactNode } from "react";
import { Dialog, Heading } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { words } from "../words/words";
import { Button } from "./Button";
import styles from "./Sheet.module.css";

interface Props {
	readonly title: string;
	readonly children: ReactNode;
	readonly onClose: () => void;
	readonly testId: string;
}

/** Lies over the window until it is closed; holds the focus meanwhile, and gives it back. */
export function Sheet({ title, children, onClose, testId }: Props) {
	return (
		<ModalOverlay
			className={styles.overlay ?? ""}
			isOpen
			isDismissable
			onOpenChange={(open) => {
				if (!open) onClose();
			}}
		>
			<Modal className={styles.modal ?? ""}>
				<Dialog className={styles.sheet ?? ""} data-testid={testId}>
					<header className={styles.head}>
						<Heading slot="title" level={2} className={styles.title ?? ""}>
							{title}
						</Heading>
						<Button icon="close" onPress={onClose} testId="close-sheet">
							{words("keys.close.action")}
						</Button>
					</header>
					<div className={styles.body}>{children}</div>
				</Dialog>
			</Modal>
		</ModalOverlay>
	);
}
