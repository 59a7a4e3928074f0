// What a user downloads, and the parts of it that are built here.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/lib/project.ts';
import type { Row } from './table.ts';

/** 1 MB, in kB of 1000 bytes. */
const VSIX_LIMIT = 1000;

const BUNDLES = ['extension.js', 'worker.js', 'webview.js', 'cli.js'];

function sizeRow(what: string, file: string, reach: number | null): Row {
  return { what, unit: 'kB', ours: statSync(file).size / 1000, peer: null, reach };
}

/** @param vsix path of the packaged extension */
export function measureBundleSizes(vsix: string): Row[] {
  return [
    sizeRow('size of the .vsix', vsix, VSIX_LIMIT),
    ...BUNDLES.map(name => sizeRow(`size of ${name}, minified`, join(ROOT, 'dist', name), null)),
  ];
}
