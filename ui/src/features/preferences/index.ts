// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { Look, LookButton } from "./LookButton";
export { ZoneSwitch } from "./ZoneSwitch";
