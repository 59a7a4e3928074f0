// Which Chromium to drive.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path from CHROME_BIN, or of the first usual name on PATH; throws where there is none. */
export function findChromium(): string {
  const { CHROME_BIN, PATH = '' } = process.env;
  if (CHROME_BIN) return CHROME_BIN;
  for (const folder of PATH.split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: the next one.
      }
    }
  }
  throw new Error(`No Chromium found: install one (Debian: apt-get install chromium) or set CHROME_BIN to its path.`);
}
