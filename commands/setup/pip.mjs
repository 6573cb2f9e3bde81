/** pip's options for giving up soon where nothing answers. */
export const bounds = ["--retries=1", "--timeout=30"];

/** The environment variables for pip, less those that would send the packages elsewhere. */
export function pipEnvironment(extra = {}) {
  const env = {
    ...process.env,
    PIP_USER: "0",
    PIP_NO_INPUT: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    ...extra,
  };
  for (const name of [
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_REQUIRE_VIRTUALENV",
  ])
    delete env[name];
  return env;
}
