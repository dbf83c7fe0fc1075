// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { Restoring } from "./Restoring";
export { SessionBanner } from "./SessionBanner";
export { SignedOut } from "./SignedOut";
export { SignIn } from "./SignIn";
export { Welcome } from "./Welcome";
