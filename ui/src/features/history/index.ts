// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { HistorySheet } from "./HistorySheet";
