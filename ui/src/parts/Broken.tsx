import { Component, type ReactNode } from "react";
import { words } from "../words/words";
import styles from "./Broken.module.css";
import { Button } from "./Button";

/** Stands in for a page that could not be drawn, so that the window is never blank. */
export class Broken extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
	override state = { broken: false };

	static getDerivedStateFromError() {
		return { broken: true };
	}

	override render() {
		if (!this.state.broken) return this.props.children;
		return (
			<div role="alert" className={styles.broken}>
				<h1>{words("app.broken.title")}</h1>
				<p>{words("app.broken.help")}</p>
				<Button look="main" onPress={() => window.location.reload()}>
					{words("app.broken.reload")}
				</Button>
			</div>
		);
	}
}
