import { describe, expect, test } from "vitest";
import { failure, Problem, sentenceFor } from "../../commands/project/problem.mjs";

// What npm and pip really print, cut to the lines that matter.
const outputs = {
  "npm, refused":
    "npm error code ECONNREFUSED\nnpm error syscall connect\nnpm error connect ECONNREFUSED 127.0.0.1:9",
  "npm, no such host":
    "npm error code ENOTFOUND\nnpm error network request to http://nowhere.invalid/zeromq failed",
  "npm, silence": "npm http fetch GET http://127.0.0.1:8099/streamx attempt 1 failed with ERR_SOCKET_TIMEOUT",
  "pip, refused":
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(Failed to establish a new connection: [Errno 111] Connection refused')': /simple/alembic/\nERROR: No matching distribution found for alembic==1.20.1",
  "pip, no such host":
    "WARNING: Retrying after connection broken by 'NameResolutionError(Failed to resolve: [Errno -2] Name or service not known')",
  "pip, silence":
    "ReadTimeoutError(\"HTTPConnectionPool(host='127.0.0.1', port=8099): Read timed out. (read timeout=30.0)\")",
};

describe("the sentence for a program that failed", () => {
  test.each(Object.entries(outputs))("%s", (_name, output) => {
    const { message } = failure("npm could not install", "the npm registry", { output, timedOut: false });
    expect(message).toBe(
      "npm could not install: the npm registry does not answer. Check the network connection (or the proxy) and run this again. Details: .cache/setup.log",
    );
  });

  test("a program that ran out of time waited for the network", () => {
    expect(failure("pip", "the index", { output: "", timedOut: true }).message).toContain(
      "the index does not answer",
    );
  });

  test.each([
    "npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write",
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    "fatal error: error writing to /tmp/cc.s: No space left on device",
    "OSError: [Errno 122] Disk quota exceeded",
  ])("a full disk: %s", (output) => {
    // Even where the network is at fault too.
    const both = `${output}\nECONNREFUSED`;
    expect(failure("pip could not install", "", { output: both, timedOut: false }).message).toBe(
      "pip could not install: the disk is full. Free some space (about 4 GB in all) and run this again. Details: .cache/setup.log",
    );
  });

  test("a certificate that is not accepted", () => {
    const output =
      "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed";
    expect(failure("pip could not install", "the index", { output, timedOut: false }).message).toContain(
      "the certificate of the index was not accepted",
    );
  });

  test("anything else points to the log", () => {
    const output = "npm error Missing: left-pad@1.3.0 from lock file";
    expect(failure("npm could not install", "the npm registry", { output, timedOut: false }).message).toBe(
      "npm could not install: the reason stands at the end of the log. Mend it and run this again. Details: .cache/setup.log",
    );
  });
});

describe("the sentence for an error", () => {
  const systemError = (code: string) => Object.assign(new Error("write"), { code, path: "/somewhere/file" });

  test("a problem speaks for itself", () => expect(sentenceFor(new Problem("Do this."))).toBe("Do this."));

  test("a full disk", () =>
    expect(sentenceFor(systemError("ENOSPC"))).toMatch(/^The disk is full: free some space/));

  test("a folder that may not be written", () =>
    expect(sentenceFor(systemError("EACCES"))).toMatch(/^\/somewhere\/file cannot be written/));

  test("a mistake of ours shows where", () =>
    expect(sentenceFor(new TypeError("x"))).toContain("problem.test.ts"));
});
