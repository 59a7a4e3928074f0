// Packages the extension before the tests drive it: this builds it for production, so it may not be done while windows load it.
import type { TestProject } from 'vitest/node';
import { packageExtension } from '../../scripts/lib/vsix.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the packaged extension. */
    vsix: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('vsix', await packageExtension());
}
