// npm start: opens VS Code with the extension and a sample workspace. Where there is no `code` on PATH, the workbench of a VS Code
// server with the packaged extension, for any browser on this machine.
import { once } from 'node:events';
import { onPath } from './lib/chromium.ts';
import { build, main, mustRun, ROOT } from './lib/project.ts';
import { makeSampleWorkspace } from './lib/sampleWorkspace.ts';
import { installServer, startServer, workbenchAddress } from './lib/vscodeServer.ts';
import { packageExtension } from './lib/vsix.ts';

await main(async () => {
  const folder = makeSampleWorkspace();
  const code = onPath('code');
  if (code) {
    await build();
    await mustRun('start VS Code', code, [`--extensionDevelopmentPath=${ROOT}`, folder]);
    return 0;
  }
  await installServer();
  const server = await startServer({ vsix: await packageExtension() });
  console.log(`\nVS Code is at ${workbenchAddress(server, folder)}`);
  console.log('Press F1 and choose "Run shared-memory demo". Ctrl+C ends everything.');
  const interrupted = ['SIGINT', 'SIGTERM'].map(signal => once(process, signal));
  const ended = server.ended.then(() => {
    throw new Error('The VS Code server ended by itself.');
  });
  await Promise.race([...interrupted, ended]);
  server.dispose();
  return 0;
});
