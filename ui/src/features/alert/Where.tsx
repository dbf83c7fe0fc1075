import type { AlertDetail } from "../../ipc/view";
import { ShownText } from "../../parts/Words";
import { words } from "../../words/words";
import { OpenPage } from "./AlertActions";
import type { BodyProps } from "./AlertBody";
import styles from "./AlertBody.module.css";
import { FactOf, Facts } from "./Facts";
import { Section } from "./Section";

/** On which device, about whom. */
export function Where({ alert, provenance, title, detail }: BodyProps & { readonly detail: AlertDetail }) {
	const { device, deviceGroup } = alert;
	const { machine, user, loggedOn, tenant } = detail;
	const open = <OpenPage alert={alert} page="device" realm={provenance.realm} title={title} />;
	return (
		<Section title={words("alert.detail.where")} testId="where">
			<Facts>
				<FactOf name={words("alert.detail.device")}>
					{device === null ? words("alert.device.none") : <ShownText text={device} />} {open}
				</FactOf>
				<FactOf name={words("alert.detail.group")}>{deviceGroup && <ShownText text={deviceGroup} />}</FactOf>
				<FactOf name={words("alert.detail.deviceId")}>
					{machine && (
						<code className={styles.code}>
							<ShownText text={machine} />
						</code>
					)}
				</FactOf>
				<FactOf name={words("alert.detail.user")}>{user && <ShownText text={user} />}</FactOf>
				<FactOf name={words("alert.detail.loggedOn")}>
					{loggedOn.length > 0 && (
						<ul>
							{loggedOn.map((each, index) => (
								// biome-ignore lint/suspicious/noArrayIndexKey: they stand in the order of the answer
								<li key={index}>
									<ShownText text={each} />
								</li>
							))}
						</ul>
					)}
				</FactOf>
				<FactOf name={words("alert.detail.tenant")}>
					{tenant && (
						<code className={styles.code}>
							<ShownText text={tenant} />
						</code>
					)}
				</FactOf>
			</Facts>
		</Section>
	);
}
