#!/usr/bin/env -S node --disable-warning=MODULE_TYPELESS_PACKAGE_JSON
// Stands in for the desktop `code` executable where there is none: takes the arguments that runTests of @vscode/test-electron gives
// (--extensionDevelopmentPath, --extensionTestsPath, a folder), runs the tests in the extension host of a VS Code server with its
// workbench in headless Chromium, prints the extension host's console, and ends with the tests' exit code.
// Further codes: 70 page crashed, 72 server ended, 73 extension host died, 124 time limit, 130 interrupted.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { startServer } from '../../scripts/lib/vscodeServer.ts';
import { launchBrowser, openWorkbench } from './workbench.ts';

const TIME_LIMIT_MS = 300_000;

/** The workbench's own messages, which share the console with the extension host. */
const WORKBENCH_MESSAGE =
  /^(\[|Resolv\w+ connection|Creat\w+ (a socket|of workbench)|Ignoring fetching|Updating additional|Error while fetching the ext|(Error: )?Timed out waiting for auth|Loading development ext|Request to 'http|Unable to load and parse grammar|Could not find pty)/;
const EXTENSION_HOST_EXIT = /Extension Host Process exited with code: (\S+), signal: (\S+)\./;

const args = process.argv.slice(2);
const paths = (flag: string) => args.filter(arg => arg.startsWith(flag)).map(arg => resolve(arg.slice(flag.length)));
const extensions = paths('--extensionDevelopmentPath=');
const tests = paths('--extensionTestsPath=')[0];
const folder = args.find(arg => !arg.startsWith('-') && existsSync(arg));

/** A killed extension host is reported to the page as exit code 0: the server's log tells the truth. */
async function extensionHostDied(log: () => string): Promise<boolean> {
  for (let waited = 0; waited < 5000 && !EXTENSION_HOST_EXIT.test(log()); waited += 100) await sleep(100);
  return EXTENSION_HOST_EXIT.exec(log())?.[1] !== '0';
}

async function runTests(): Promise<number> {
  if (tests === undefined) throw new Error('--extensionTestsPath is missing');
  const server = await startServer();
  const browser = await launchBrowser();
  const page = await browser.newPage();
  const ended = Promise.withResolvers<number>();
  // The workbench calls these two where they exist, as it would call the desktop's main process.
  await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) => {
    const line = format(...values);
    if (WORKBENCH_MESSAGE.test(line)) return;
    (/err|warn/.test(type) ? process.stderr : process.stdout).write(`${line}\n`);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => ended.resolve(code));
  page.on('crash', () => ended.resolve(70));
  server.ended.then(() => ended.resolve(72));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ended.resolve(130));
  const limit = setTimeout(() => ended.resolve(124), TIME_LIMIT_MS);

  await openWorkbench(page, server, { extensions, tests, ...(folder ? { folder: resolve(folder) } : {}) });
  const code = await ended.promise;
  clearTimeout(limit);
  const died = code === 0 && (await extensionHostDied(server.log));
  if (died) console.error('the extension host died');
  await browser.close();
  server.dispose();
  return died ? 73 : code;
}

try {
  process.exit(await runTests());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
