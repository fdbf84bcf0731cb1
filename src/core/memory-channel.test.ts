import { connectInMemory } from './memory-channel.ts';
import { describeTransport } from './testing/transport-conformance.ts';

describeTransport('memory', (core) => {
  const channels = new Set<ReturnType<typeof connectInMemory>>();
  return Promise.resolve({
    connect() {
      const channel = connectInMemory(core);
      channels.add(channel);
      return Promise.resolve({ channel, garbage: [], drop: channel.close });
    },
    stop() {
      for (const channel of channels) channel.close();
      return Promise.resolve();
    },
  });
});
