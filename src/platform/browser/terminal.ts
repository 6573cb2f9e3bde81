/** A browser has no terminal, so that no bar is drawn in one. */
import type { Bar } from "../terminal";

export const terminalBar = (_total: number, _label: string): Bar | undefined => undefined;
