// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { ForgetSheet } from "./ForgetSheet";
export { Look, LookButton } from "./LookButton";
export { PreferencesSheet } from "./PreferencesSheet";
export { ZoneSwitch } from "./ZoneSwitch";
