// What the extension needs only once somebody asks for it: a bundle of its own, so that VS Code's start does not read it.
//
// It is imported by `import('./later.ts')` alone, at first use; the build makes dist/later.js of it. Both bundles have their own
// copies of what both use, so no class of one is known to the other by `instanceof`.

export { TOOLS } from '../answers/tools.ts';
export { lookAt } from '../engine/client.ts';
export { intelHex } from '../protocol/intelHex.ts';
export { describeFile } from './fileFacts.ts';
export { ModuleEditor } from './moduleEditor.ts';
export { findUsers, findWebAssemblyScripts } from './moduleUsers.ts';
export { askName, renameFunction } from './renameFunction.ts';
export { RUN_ACTIONS } from './runActions.ts';
export { RunTree } from './runTree.ts';
export { TemplateFile } from './templateFile.ts';
