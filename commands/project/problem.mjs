import { relative } from "node:path";
import { root, setupLog } from "./project.mjs";

/** Something the reader has to mend: its message is one sentence on what is wrong and what to do. */
export class Problem extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

const DISK_FULL = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded|not enough space on the disk/i;
const CERTIFICATE =
  /CERTIFICATE_VERIFY_FAILED|UNABLE_TO_(GET_ISSUER_CERT|VERIFY)|SELF_SIGNED_CERT|unable to get local issuer/i;
const NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|Connection ?(refused|reset|aborted|broken)|NewConnectionError|ConnectTimeout|Read timed out|name resolution|Network is unreachable|network request to .* failed|connection timed out/i;

export const isDiskFull = (text) => DISK_FULL.test(text);

/**
 * The sentence for a program that failed.
 *
 * @param what What it was to do, as in "npm could not install the packages".
 * @param where What it needs the network for, as in "the npm registry".
 * @param result What `runCommand` gave.
 */
export function failure(what, where, { output, timedOut }) {
  return new Problem(`${what}: ${cause(where, output, timedOut)} Details: ${relative(root, setupLog)}`);
}

function cause(where, output, timedOut) {
  if (isDiskFull(output)) return "the disk is full. Free some space (about 4 GB in all) and run this again.";
  if (CERTIFICATE.test(output))
    return `the certificate of ${where} was not accepted. If your network has its own, name its file in NODE_EXTRA_CA_CERTS and PIP_CERT, and run this again.`;
  if (NETWORK.test(output) || timedOut)
    return `${where} does not answer. Check the network connection (or the proxy) and run this again.`;
  return "the reason stands at the end of the log. Mend it and run this again.";
}

/** What to print for any error: a Problem's own sentence, or the best that can be said about another. */
export function sentenceFor(error) {
  if (error instanceof Problem) return error.message;
  if (isDiskFull(error.code))
    return "The disk is full: free some space (about 4 GB in all) and run this again.";
  if (["EACCES", "EPERM", "EROFS"].includes(error.code))
    return `${error.path ?? root} cannot be written: give yourself the right to change it and run this again.`;
  return error.stack;
}
