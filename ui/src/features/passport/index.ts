// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { PassportSheet, PassportTable } from "./PassportSheet";
