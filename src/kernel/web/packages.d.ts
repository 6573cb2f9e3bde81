/** Packages without declarations of their own. */
declare module "path-browserify" {
  const path: typeof import("node:path").posix;
  export default path;
}

declare module "string_decoder/" {
  export { StringDecoder } from "node:string_decoder";
}
