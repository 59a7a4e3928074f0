// How much memory a Node process had at most, told by itself.

/**
 * For `node --import`: each thread of the process tells at its end what the process has had. What `resourceUsage` tells, on Linux
 * includes the process that started it.
 */
export const TELL_PEAK = `data:text/javascript,${encodeURIComponent(`
  import { existsSync, readFileSync } from 'node:fs';
  const status = '/proc/self/status';
  const peak = () => existsSync(status) && /VmHWM:\\s+(\\d+)/.exec(readFileSync(status, 'utf8'))?.[1];
  process.on('exit', () => console.error('peak ' + (peak() || process.resourceUsage().maxRSS)));`)}`;

/**
 * @param stderr what a process printed that was started with {@link TELL_PEAK}
 * @returns KiB; `-Infinity` where it told nothing
 */
export const peakOf = (stderr: string): number =>
  Math.max(...Array.from(stderr.matchAll(/^peak (\d+)$/gm), ([, kibibytes]) => Number(kibibytes)));
