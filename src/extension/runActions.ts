// What the rows of the list of runs do.
import { exportRecording } from './exportRecording.ts';
import type { MemoryPanel } from './panel.ts';
import type { MemoryEditors } from './panelEditor.ts';
import type { PanelServices } from './panelServices.ts';
import type { MemoryView } from './panelView.ts';
import type { ShownRun } from './runs.ts';
import type { RunNode } from './runTree.ts';

export interface RunActionParts {
  readonly services: Pick<PanelServices, 'runs' | 'attention' | 'askWhereToSave'>;
  readonly view: MemoryView;
  readonly editors: MemoryEditors;
}

/** Who goes through the list goes on there. */
const KEEP_FOCUS = { preserveFocus: true };

/** Each is a command; the list passes the row. */
export const RUN_ACTIONS = {
  showRun: (parts: RunActionParts, { shown }: RunNode) => showInSideBar(parts, shown),
  openRunInEditor: ({ editors }: RunActionParts, { shown }: RunNode) => {
    const [open] = editors.showing(shown);
    if (open) editors.reveal(open);
    else editors.open({ kind: 'run', shown });
  },
  exportRun: ({ services }: RunActionParts, { shown }: RunNode) => exportRecording(shown, services),
  cancelRun: (_: RunActionParts, { shown }: RunNode) => void shown.run.cancel(),
  closeRun: ({ services, view, editors }: RunActionParts, { shown }: RunNode) => {
    editors.close(shown);
    if (shows(view.panel, shown)) view.panel.show({ kind: 'empty' });
    services.runs.close(shown);
  },
  showFinding: async (parts: RunActionParts, node: RunNode) => {
    if (node.kind === 'finding') (await revealed(parts, node.shown)).showFinding(node.finding);
  },
} satisfies Record<string, (parts: RunActionParts, node: RunNode) => unknown>;

const shows = ({ content }: MemoryPanel, shown: ShownRun): boolean => content.kind === 'run' && content.shown === shown;

/** A run that goes on in the side bar is not ended for another one: that opens in an editor. @returns the panel */
async function showInSideBar({ services, view, editors }: RunActionParts, shown: ShownRun): Promise<MemoryPanel> {
  if (!shows(view.panel, shown)) {
    if (view.panel.activity === 'running') return editors.open({ kind: 'run', shown });
    view.panel.show({ kind: 'run', shown });
  }
  await view.reveal(KEEP_FOCUS);
  services.attention.turnTo(view.panel);
  return view.panel;
}

/** The panel that shows a run, brought into view: that which had the focus last before others. */
async function revealed(parts: RunActionParts, shown: ShownRun): Promise<MemoryPanel> {
  const { services, view, editors } = parts;
  const inEditors = editors.showing(shown);
  const latest = services.attention.panel;
  const inSideBar = shows(view.panel, shown);
  const editor = inEditors.find(each => each === latest) ?? (inSideBar ? undefined : inEditors[0]);
  if (!editor) return showInSideBar(parts, shown);
  editors.reveal(editor, KEEP_FOCUS);
  return editor;
}
