// Every command of the terminal, in the order of the help.
import type { Command } from '../command.ts';
import { diffCommand } from './diff.ts';
import { dumpCommand } from './dump.ts';
import { findCommand } from './find.ts';
import { heapCommand } from './heap.ts';
import { inspectCommand } from './inspect.ts';
import { mcpCommand } from './mcp.ts';
import { recordCommand } from './record.ts';
import { runCommand } from './run.ts';
import { traceCommand } from './trace.ts';
import { whoCommand } from './who.ts';

export const COMMANDS: readonly Command[] = [
  runCommand,
  whoCommand,
  dumpCommand,
  diffCommand,
  findCommand,
  heapCommand,
  traceCommand,
  recordCommand,
  inspectCommand,
  mcpCommand,
];
