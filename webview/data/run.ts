// A run as the panel shows it: its snapshot, with the calls behind an interface.
import type { PanelState } from '../../src/protocol/panel.ts';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import type { Calls } from './calls.ts';

export type Run = RunSnapshot & { readonly calls: Calls };

type RunState = Extract<PanelState, { kind: 'run' }>;

export type ShownRun = Omit<RunState, 'run'> & { readonly run: Run };
export type ShownState = Exclude<PanelState, RunState> | ShownRun;
