// Read by every Node.js that knows modules, however old, so that it can say that it is too old: plain syntax only.
const OLDEST = 20;
const NEWEST = 26;

/** What is wrong with this version of Node.js, in one sentence, or an empty string where it is a good one. */
export function nodeProblem(version) {
  const major = Number(version.replace(/^v/, "").split(".")[0]);
  if (major >= OLDEST && major <= NEWEST) return "";
  const fault = major < OLDEST ? "too old" : "too new";
  return `Node.js ${version} is ${fault}: Cofi runs on Node.js ${OLDEST} to ${NEWEST}. Install one of those and run this again.`;
}
