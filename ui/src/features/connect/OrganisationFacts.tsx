import type { Organisation } from "../../ipc/view";
import { words } from "../../words/words";
import styles from "./OrganisationFacts.module.css";

/** What is connected, in full. */
export function OrganisationFacts({ organisation }: { organisation: Organisation }) {
	const { domain, cloud, tenant, client, host, permission } = organisation;
	return (
		<dl className={styles.facts} data-testid="organisation">
			{domain !== null && (
				<>
					<dt>{words("connect.domain.found")}</dt>
					<dd>{domain}</dd>
				</>
			)}
			<dt>{words("connect.cloud")}</dt>
			<dd>{words(`cloud.${cloud}`)}</dd>
			<dt>{words("connect.tenant")}</dt>
			<dd>
				<code>{tenant}</code>
			</dd>
			<dt>{words("connect.client")}</dt>
			<dd>
				<code>{client}</code>
			</dd>
			{cloud === "commercial" && (
				<>
					<dt>{words("connect.host")}</dt>
					<dd>{words(`host.${host}`)}</dd>
				</>
			)}
			{permission === "alertReadWrite" && (
				<>
					<dt>{words("connect.permission")}</dt>
					<dd>{words("connect.permission.alertReadWrite")}</dd>
				</>
			)}
		</dl>
	);
}
