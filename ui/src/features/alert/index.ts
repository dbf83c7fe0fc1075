// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { AlertCard } from "./AlertCard";
export { AlertList, AlertsToCome } from "./AlertList";
