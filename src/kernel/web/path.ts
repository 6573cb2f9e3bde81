/** `node:path` in a browser: that of POSIX. */
import posixPath from "path-browserify";

const path = posixPath;

export const {
  basename,
  dirname,
  extname,
  format,
  isAbsolute,
  join,
  normalize,
  parse,
  relative,
  resolve,
  sep,
} = path;
export const { delimiter } = path;
export const posix = path;
export default path;
