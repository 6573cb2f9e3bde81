// What the bundler puts into the bundle: see commands/browser/forms.mjs.

/** The text of a file of the project. */
declare module "embedded:text/*" {
  const text: string;
  export default text;
}

/** The notebooks as `course` looks at them, by the names of their files: JSON. */
declare module "embedded:pages" {
  const text: string;
  export default text;
}

/** The kernels: with memory that threads share, and with memory of their own. */
declare module "embedded:kernels/*" {
  const bytes: Uint8Array;
  export default bytes;
}
