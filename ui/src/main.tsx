import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./base.css";
import { host } from "./ipc/host";
import { Broken } from "./parts/Broken";
import { Connection } from "./state/connection";

const root = document.getElementById("root");
if (root !== null) {
	const connection = new Connection(host);
	connection.start();
	createRoot(root).render(
		<StrictMode>
			<Broken>
				<App backend={host} connection={connection} />
			</Broken>
		</StrictMode>,
	);
}
