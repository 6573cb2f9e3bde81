/** How often to look, in milliseconds. */
const interval = 1000;

/**
 * Calls back once the program that started the kernel is gone, however it ended: no kernel outlives its server.
 * Only where that program says that it is to be watched, as Jupyter's servers do for kernels of their own.
 */
export function watchParent(gone: () => void): void {
  if (!process.env.JPY_PARENT_PID) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && alive(parent)) return;
    clearInterval(timer);
    gone();
  }, interval);
  timer.unref();
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
