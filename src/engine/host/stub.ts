// Functions that the host does not know: their calls are counted, since a guest that allocates at address 0 because `malloc` was a
// stub only seems to work.
import type { HostModule } from './hostModule.ts';
import { zeroResult } from './values.ts';

export const stub: HostModule = each => {
  if (each.kind !== 'function') return null;
  const results = each.type?.results ?? [];
  return {
    label: 'stub',
    makeFunction: (host, index) => () => {
      host.importCalls[index]++;
      return zeroResult(results);
    },
  };
};
