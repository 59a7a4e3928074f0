// What the numbers were measured on.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { requireChromium } from '../scripts/lib/chromium.ts';

async function chromiumVersion(): Promise<string> {
  const text = execFileSync(await requireChromium(), ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /\d[\d.]+/.exec(text)?.[0] ?? 'of unknown version';
}

/** One line: processor, memory, and the versions of what runs the code. Take it before measuring: it tells the load. */
export async function machineFacts(): Promise<string> {
  const facts = [
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `load ${loadavg()[0].toFixed(1)} at the start`,
    `Node ${process.versions.node}`,
    `V8 ${process.versions.v8}`,
    `Chromium ${await chromiumVersion()}`,
  ];
  return facts.join(' · ');
}
