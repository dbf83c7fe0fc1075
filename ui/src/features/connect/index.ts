// biome-ignore-all lint/performance/noBarrelFile: what the other features see of this one
export { CheckPage, CheckSteps } from "./Check";
export { ConnectPage } from "./ConnectPage";
export { OrganisationFacts } from "./OrganisationFacts";
export { RegistrationTexts } from "./Registration";
