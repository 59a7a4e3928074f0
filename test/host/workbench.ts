// The workbench of a VS Code server in headless Chromium: what the test host, the UI tests, the screenshots and the benchmark drive.
import { type Browser, chromium, type Page } from 'playwright-core';
import { requireChromium } from '../../scripts/lib/chromium.ts';
import { type Server, workbenchAddress } from '../../scripts/lib/vscodeServer.ts';

export async function launchBrowser(): Promise<Browser> {
  const args = ['--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath: await requireChromium(), chromiumSandbox: false, args });
}

export interface WorkbenchOptions {
  /** Folder to open; none where nothing is said. */
  readonly folder?: string;
  /** Folders of extensions under development. */
  readonly extensions?: readonly string[];
  /** Module whose `run` the extension host calls. */
  readonly tests?: string;
}

/** Opens the workbench; resolves when its activity bar is there. Paths are absolute, on this machine. */
export async function openWorkbench(page: Page, server: Server, options: WorkbenchOptions = {}): Promise<void> {
  const uri = (path: string) => ({ scheme: 'vscode-remote', authority: server.authority, path });
  const development = {
    extensions: options.extensions?.map(uri) ?? [],
    ...(options.tests === undefined ? {} : { extensionTestsPath: uri(options.tests) }),
  };
  // The page carries its configuration in a <meta> element, which is edited between the end of parsing and the (deferred) script
  // that reads it. The address can't carry these options, and a page fulfilled by page.route() may not open its WebSocket.
  await page.addInitScript(developmentOptions => {
    document.addEventListener('readystatechange', () => {
      const meta = document.getElementById('vscode-workbench-web-configuration');
      if (!meta?.dataset.settings || document.readyState !== 'interactive') return;
      const configuration = JSON.parse(meta.dataset.settings);
      configuration.developmentOptions = { ...configuration.developmentOptions, ...developmentOptions };
      // Nothing outside this machine is asked for.
      configuration._wrapWebWorkerExtHostInIframe = false;
      for (const key of ['extensionsGallery', 'updateEndpoint']) delete configuration.productConfiguration[key];
      meta.dataset.settings = JSON.stringify(configuration);
    });
  }, development);
  await page.goto(workbenchAddress(server, options.folder));
  await waitForWorkbench(page);
}

/** Resolves when the workbench's activity bar is there. */
export async function waitForWorkbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .activitybar .action-item').first().waitFor({ timeout: 60_000 });
}
