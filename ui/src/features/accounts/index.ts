// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { AccountsMenu } from "./AccountsMenu";
export { AccountsSheet } from "./AccountsSheet";
export { GoOnAs } from "./GoOnAs";
