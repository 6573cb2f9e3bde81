/** Workbooks (.xlsx). */

/** The sheets of a workbook: the cells of each by row. */
export async function sheetsOf(bytes: Uint8Array): Promise<{ sheet: string; data: readonly unknown[][] }[]> {
  const { default: readSheets } = await import("read-excel-file/node");
  return readSheets(Buffer.from(bytes));
}
