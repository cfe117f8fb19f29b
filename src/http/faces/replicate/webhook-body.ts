import type { GenerationRow } from '../../../store/generation-row.ts';
import type { Links } from '../../links.ts';
import { presentPrediction } from './present.ts';

/** Replicate's webhooks carry the prediction as it is. */
export const replicateWebhook = (row: GenerationRow, { links }: { links: Links }): object =>
  presentPrediction(row, links);
