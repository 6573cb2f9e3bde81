/** What has to be looked up before a value can be shown: what has become of its promises. */
export { lookUp as beforeShown } from "../../web/promises";
