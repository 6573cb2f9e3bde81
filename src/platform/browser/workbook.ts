/** Workbooks (.xlsx) in a browser. */
import type { sheetsOf as nodes } from "../workbook";

export const sheetsOf: typeof nodes = async (bytes) => {
  const { default: readSheets } = await import("read-excel-file/browser");
  return readSheets(new Blob([bytes as Uint8Array<ArrayBuffer>]));
};
