// Waits with progress, and tells an expected failure from a fault: node examples/sdk/subscribe.ts
import { createClient, GenerationFailedError, KinoraError } from 'kinora/client';

const kinora = createClient({
  baseUrl: process.env['KINORA_URL'] ?? 'http://localhost:4700',
  key: process.env['KINORA_KEY'] ?? '',
});

try {
  const { output } = await kinora.textToVideo.subscribe(
    { prompt: 'A paper boat on a still lake at dawn', duration: 4, aspect_ratio: '16:9' },
    {
      onSubmitted: ({ id }) => console.log(`submitted ${id}`),
      onProgress: ({ status, progress, waiting_on }) =>
        console.log(`${status} ${Math.round(progress.fraction * 100)} % ${waiting_on ?? ''}`),
    },
  );
  console.log(output.url);
} catch (error) {
  if (error instanceof GenerationFailedError) console.error(`no video, nothing charged: ${error.failure}`);
  else if (error instanceof KinoraError && error.code === 'insufficient_credits') console.error(error.hint);
  else throw error;
  process.exitCode = 1;
}
