// The service that answers clients, over a recording that was made by hand.
import type { InstanceSummary } from '../../../src/protocol/run.ts';
import { RecordingService } from '../../../src/recording/recordingService.ts';
import type { RecordingStore } from '../../../src/recording/recordingStore.ts';

const never = () => Promise.reject(new Error('the recording was made by hand'));

export const serviceOf = (store: RecordingStore, instances: readonly InstanceSummary[] = []): RecordingService =>
  new RecordingService({
    store,
    sites: () => null,
    modules: () => [],
    instances: () => instances,
    instanceStates: () => [],
    allocators: () => [],
    settled: never,
    caughtUp: never,
    stopped: never,
    leaveRest: () => {},
    opened: null,
    searchProgress: () => {},
    tellWork: () => {},
  });
