// VS Code windows to measure in: a server, a browser, and a script of bench/inside in each window's extension host.
import { join } from 'node:path';
import { format } from 'node:util';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { ROOT } from '../scripts/lib/project.ts';
import { type Server, startServer } from '../scripts/lib/vscodeServer.ts';
import { launchBrowser, openWorkbench } from '../test/host/workbench.ts';
import { parseSamplesLine, type Samples } from './samples.ts';

/** The scripts of bench/inside. */
export type Script = 'firstUse' | 'pageReads' | 'showPanel' | 'showEmptyWebview';

const SCRIPTS: readonly Script[] = ['firstUse', 'pageReads', 'showPanel', 'showEmptyWebview'];

/** Everything that the benchmark writes; git-ignored. */
export const OUT = join(ROOT, 'out', 'bench');

const TIME_LIMIT_MS = 120_000;

/** A full screen, in CSS pixels. */
const VIEWPORT = { width: 1920, height: 1080 };

async function buildScripts(): Promise<void> {
  const common = { absWorkingDir: ROOT, outdir: OUT, bundle: true, logLevel: 'warning' } as const;
  await Promise.all([
    build({
      ...common,
      entryPoints: Object.fromEntries(SCRIPTS.map(name => [name, `bench/inside/${name}.ts`])),
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      external: ['vscode'],
    }),
    build({
      ...common,
      entryPoints: { pageReadsWebview: 'bench/webview/pageReads.ts' },
      platform: 'browser',
      format: 'iife',
      target: 'chrome128',
    }),
  ]);
}

/** A window in which a script runs. */
export interface Window {
  readonly page: Page;
  /** What the script reported. */
  readonly samples: Samples;
  /** Closes the window, and with it the script. */
  close(): Promise<void>;
}

export class Windows {
  private constructor(
    private readonly extensions: readonly string[],
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  /**
   * Whoever opens it disposes of it.
   * @param extensions folders of the extensions that every window has
   */
  static async open(extensions: readonly string[]): Promise<Windows> {
    await buildScripts();
    return new Windows(extensions, await startServer(), await launchBrowser());
  }

  async dispose(): Promise<void> {
    await this.browser.close();
    this.server.dispose();
  }

  /** Opens a window, runs a script in it and waits for what it reports. */
  async run(script: Script, folder: string): Promise<Window> {
    const page = await this.browser.newPage({ viewport: VIEWPORT });
    try {
      const reported = Promise.withResolvers<Samples>();
      const fail = (reason: string) => reported.reject(new Error(`${script}: ${reason}`));
      let complaints = '';
      // The workbench calls these two, as it does for the tests.
      await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) => {
        const line = format(...values);
        const samples = parseSamplesLine(line);
        if (samples) reported.resolve(samples);
        else if (type === 'error') complaints += `${line}\n`;
      });
      await page.exposeFunction('codeAutomationExit', () => fail(`it ended without a report\n${complaints}`));
      page.on('crash', () => fail('the page crashed'));
      const tests = join(OUT, `${script}.js`);
      const limit = setTimeout(() => fail('it took too long'), TIME_LIMIT_MS);
      const opened = openWorkbench(page, this.server, { folder, extensions: this.extensions, tests });
      const [samples] = await Promise.all([reported.promise, opened]).finally(() => clearTimeout(limit));
      return { page, samples, close: () => page.context().close() };
    } catch (error) {
      await page.context().close();
      throw error;
    }
  }
}
