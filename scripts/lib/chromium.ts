// The browser that the tests and screenshots drive.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './project.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program of this name on PATH. */
export function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map(folder => join(folder, name)).find(isExecutable);
}

/** The browser's executable: what CHROME_BIN says, else the first one on PATH. */
export function findChromium(): string | undefined {
  return process.env.CHROME_BIN || NAMES.map(onPath).find(file => file !== undefined);
}

/**
 * The browser's executable, installed with apt-get where there is none and this process may install it.
 * @throws Error that says how to get a browser
 */
export async function requireChromium(): Promise<string> {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    console.error('installing Chromium (apt-get) …');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], { env });
  }
  const installed = findChromium();
  if (installed) return installed;
  throw new Error('no Chromium or Chrome on PATH: install one, or set CHROME_BIN to its executable');
}
