// npm run l10n: writes the texts of the extension's code to where translators find them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE, bundleOf, localizedTexts } from './lib/localizedTexts.ts';
import { main, ROOT } from './lib/project.ts';

await main(async () => {
  const texts = localizedTexts();
  writeFileSync(join(ROOT, BUNDLE), bundleOf(texts));
  console.log(`${BUNDLE}: ${texts.length} texts.`);
  return 0;
});
