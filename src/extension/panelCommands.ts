// What the panel's own buttons do.
import * as vscode from 'vscode';
import type { PanelCommand } from '../protocol/panel.ts';
import type { TourStep } from '../protocol/tour.ts';
import { openSections, recordUser, withAnother } from './moduleOffers.ts';
import type { MemoryPanel } from './panel.ts';
import type { LinkedPanel } from './panelLinks.ts';
import type { PanelServices } from './panelServices.ts';
import type { AskedInstances } from './runs.ts';
import { isRecording, type Source } from './sources.ts';

/** Each instance allocates for itself, by an allocator of its own. */
export const CORRUPTION: AskedInstances = { allocates: 'each', state: 'separate' };

/** What commands need of the panel. */
type CommandedPanel = Pick<MemoryPanel, 'content' | 'run' | 'runAgain' | 'cancel' | 'exportRecording'> & LinkedPanel;

export async function execute(panel: CommandedPanel, services: PanelServices, command: PanelCommand): Promise<void> {
  const { content } = panel;
  switch (command.name) {
    case 'runDemo': {
      // The editor of a recording's file shows no other file.
      if (content.kind === 'failed' && isRecording(content.source)) return services.openRecording();
      const source = await services.choose();
      return source && panel.run(source);
    }
    case 'runAgain':
      return panel.runAgain();
    case 'setInstances':
      return panel.runAgain({ instances: command.instances });
    case 'setState':
      return panel.runAgain({ state: command.state });
    case 'cancel':
      return panel.cancel();
    case 'openCode':
      return openCode(panel, services, command.module, command.offset);
    case 'exportRecording':
      return panel.exportRecording();
    case 'tour':
      return takeStep(panel, services, command.step);
    case 'getStarted':
      return services.getStarted();
    case 'addModule': {
      const source = await withAnother(shownSource(panel), services);
      return source && panel.run(source);
    }
    case 'recordUser':
      return recordUser(shownSource(panel));
    case 'openSections':
      return openSections(shownSource(panel));
    case 'link':
      return services.links.setLinked(panel, command.linked);
    case 'manageTrust':
      await vscode.commands.executeCommand('workbench.trust.manage');
  }
}

async function takeStep(panel: CommandedPanel, services: PanelServices, step: TourStep): Promise<void> {
  switch (step) {
    case 'run':
      return panel.run(services.sources.bundled);
    case 'store': // there is nothing to follow yet: its pictures tell of it
      return services.getStarted(step);
    case 'corruption':
      return panel.run(services.sources.bundled, CORRUPTION);
    case 'program':
      await vscode.commands.executeCommand('wasmSharedMemory.recordProgram');
      return;
    case 'own': {
      const source = await services.choose();
      return source && panel.run(source);
    }
  }
}

/** Of a run only: a recording knows its modules by their bytes, not by their files. */
async function openCode({ content }: CommandedPanel, services: PanelServices, module: number, offset: number) {
  if (content.kind !== 'run' || isRecording(content.shown.source)) return;
  const { source } = content.shown;
  const { [module]: wanted } = [source, ...(source.others?.sources ?? [])];
  if (!wanted) throw new Error(vscode.l10n.t('no file is known of that module.'));
  await services.openCode(wanted.uri, offset);
}

function shownSource({ content }: CommandedPanel): Source {
  if (content.kind === 'run') return content.shown.source;
  throw new Error(vscode.l10n.t('no module is shown. Run one first.'));
}
