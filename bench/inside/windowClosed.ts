/** Never settles: a script that waits for it shows what it shows until its window, and with it the extension host, is gone. */
export const windowClosed = new Promise<never>(() => {});
