// Asks which step or address to go to, where a command was not told.
import * as vscode from 'vscode';
import { parseAddress } from '../protocol/addressExpression.ts';
import type { Pointed } from '../protocol/panelActions.ts';
import { hex } from '../protocol/text.ts';
import { step } from '../protocol/units.ts';
import type { MemoryPanel } from './panel.ts';

const WHOLE = /^\s*\d+\s*$/;

/** @returns undefined where the user leaves it */
export async function askStep({ content, place }: MemoryPanel): Promise<Pointed | undefined> {
  if (content.kind !== 'run') return {}; // the panel says what is missing
  const { firstStep, lastStep } = content.shown.snapshot;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Go to step'),
    prompt: vscode.l10n.t('Type a step from {0} to {1}.', firstStep, lastStep),
    value: String(place?.step ?? lastStep),
    validateInput: text => {
      const isIn = WHOLE.test(text) && Number(text) >= firstStep && Number(text) <= lastStep;
      return isIn ? undefined : vscode.l10n.t('“{0}” is not a step from {1} to {2}.', text.trim(), firstStep, lastStep);
    },
  });
  return typed === undefined ? undefined : { step: step(Number(typed)) };
}

/** @returns undefined where the user leaves it */
export async function askAddress({ content, place }: MemoryPanel): Promise<Pointed | undefined> {
  if (content.kind !== 'run') return {};
  const { run, snapshot } = content.shown;
  const at = place?.step ?? snapshot.lastStep;
  const { memoryBytes } = await run.recording.ask('describeStep', { step: at });
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Go to address'),
    prompt: vscode.l10n.t('Type an address: decimal or 0x hexadecimal, with + and -.'),
    value: hex(place?.address ?? 0),
    validateInput: text => {
      const parsed = parseAddress(text, memoryBytes);
      return parsed.ok ? undefined : parsed.message;
    },
  });
  if (typed === undefined) return undefined;
  const parsed = parseAddress(typed, memoryBytes);
  return parsed.ok ? { address: parsed.address } : undefined;
}
