/** Names of files and folders, put together and taken apart. */
export { basename, dirname, join, resolve } from "node:path";
