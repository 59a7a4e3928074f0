// What is found in the memory of a run in this process, by the service that answers clients.
import type { Finding } from '../../../src/protocol/finding.ts';
import { InstanceNames } from '../../../src/protocol/instanceNames.ts';
import { RecordingService } from '../../../src/recording/recordingService.ts';
import { eventsOfType, type RunHere } from './runs.ts';

const never = () => Promise.reject(new Error('the run has ended'));

export async function findingsHere({ recorded, store, sites, instances }: RunHere): Promise<readonly Finding[]> {
  const modules = eventsOfType(recorded, 'module');
  const service = new RecordingService({
    store,
    sites: () => sites,
    modules: () => modules.map(({ bytes }) => bytes),
    instances: () => instances,
    instanceStates: () => modules.map(({ instanceState }) => instanceState),
    allocators: () => modules.map(({ allocators }) => allocators),
    settled: never,
    caughtUp: never,
    stopped: never,
    leaveRest: () => {},
    opened: null,
    searchProgress: () => {},
    tellWork: () => {},
  });
  return service.handlers().findings({});
}

/** Names of the instances of a run in this process. */
export function namesHere({ events, instances }: RunHere): InstanceNames {
  const [{ modules }] = eventsOfType(events, 'modules');
  return InstanceNames.of({ modules, instances });
}
