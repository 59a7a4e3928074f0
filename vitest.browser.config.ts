// Component tests: webview/**/*.test.ts in a real, headless Chromium. `npx vitest run --config vitest.browser.config.ts`
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from './webview/testing/chromium.ts';

export default defineConfig({
  // Known beforehand: one that is found only while tests run would reload their page.
  optimizeDeps: {
    include: [
      'lit',
      'lit/decorators.js',
      'lit/directives/repeat.js',
      'fast-check',
      'axe-core',
      ...['button', 'dropdown', 'option', 'progress-ring', 'text-field'].map(
        component => `@vscode/webview-ui-toolkit/dist/${component}/index.js`,
      ),
      '@vscode/webview-ui-toolkit/dist/vscode-design-system.js',
    ],
  },
  test: {
    include: ['webview/**/*.test.ts'],
    setupFiles: ['webview/testing/setup.ts'],
    maxWorkers: 2,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: findChromium(), args: ['--no-sandbox'] } }),
      instances: [{ browser: 'chromium', viewport: { width: 1400, height: 800 } }],
    },
  },
});
