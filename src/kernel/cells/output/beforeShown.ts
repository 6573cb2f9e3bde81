/** What has to be looked up before a value can be shown: on Node nothing, which sees into promises. */
export async function beforeShown(_: unknown): Promise<void> {}
