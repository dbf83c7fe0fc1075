// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { NetworkSettings, NetworkSheet, NetworkSummary } from "./NetworkSheet";
